# The services of a workspace with everything that their builds need: each argument checked, each default filled in.
#
# Throws, with the remedies, if arguments are wrong or contradict the manifests or the table of platforms.
{
  # { <name> = { package, … }; }, documented in docs/library.md; "auto" for one service for each package with an executable.
  services,
  # The workspace (../cargo).
  cargo,
  # The platforms that the workspace chose, and all that samebits has.
  platforms,
  allPlatforms,
}:
let
  lib = import ../lib.nix;
  inherit (import ../names.nix) orThrow problems;
  inherit (cargo) packages;
  builtIn = {
    bench.inherits = "release";
    dev = { };
    release = { };
    test.inherits = "dev";
  };
  profiles = builtIn // lib.recursiveUpdate builtIn (cargo.root.profile or { });
  # Whether a profile, or one that it inherits from, states a value.
  states =
    key: profile:
    profiles ? ${profile}
    && (
      profiles.${profile} ? ${key}
      || profiles.${profile} ? inherits && states key profiles.${profile}.inherits
    );

  fields = [
    "bins"
    "defaultFeatures"
    "features"
    "needs"
    "package"
    "platforms"
    "profile"
    "smokeTest"
    "startsFrom"
  ];

  withExecutables = lib.filterAttrs (_: package: executablesWith { } package != [ ]) cargo.members;
  # The executables of a package that can be built with some features.
  executablesWith =
    features: package:
    builtins.filter (bin: (package.lackingFeatures features).${bin} == [ ]) package.executables;
  given =
    if services == "auto" then
      if withExecutables == { } then
        throw "samebits: no package of the workspace has an executable, so there is no service; packages: ${toString (builtins.attrNames packages)}"
      else
        builtins.mapAttrs (package: _: { inherit package; }) withExecutables
    else if services == { } then
      throw "samebits: 'services' is empty, so nothing would be built; name a service, or set services = \"auto\""
    else
      services;

  lackedAnywhere = lib.unique (
    builtins.concatMap (platform: platform.lacks) (builtins.attrValues allPlatforms)
  );

  service =
    name: stated:
    let
      where = "services.${name}";
      # Messages about the arguments themselves.
      wrongNames =
        problems "field of ${where}" fields (builtins.attrNames stated)
        ++ problems "package (${where}.package)" (builtins.attrNames packages) [ package ];
      package = stated.package or name;
      manifest = packages.${package};
      enabled = {
        inherit features defaultFeatures;
      };
      bins = stated.bins or (executablesWith enabled manifest);
      lacking = lib.filterAttrs (bin: features: builtins.elem bin bins && features != [ ]) (
        manifest.lackingFeatures enabled
      );
      features = stated.features or [ ];
      defaultFeatures = stated.defaultFeatures or true;
      needs = stated.needs or [ ];
      profile = stated.profile or "release";
      base = stated.startsFrom or null;
      baseNeeds = given.${base}.needs or [ ];
      # Messages about what the manifest and the tables say of them.
      wrongValues =
        lib.optional (manifest.executables == [ ])
          "samebits: ${where}: the package '${package}' has no executable; packages that have one: ${toString (builtins.attrNames withExecutables)}"
        ++ lib.optional (
          stated.bins or null == [ ] && manifest.executables != [ ]
        ) "samebits: ${where}.bins is empty, so nothing would be built; leave it out for all executables"
        ++
          lib.optional (!(stated ? bins) && bins == [ ] && manifest.executables != [ ])
            "samebits: ${where}: each executable of '${package}' requires features (required-features) that ${where}.features does not enable"
        ++ lib.mapAttrsToList (
          bin: features:
          "samebits: ${where}: the executable '${bin}' requires features that are not enabled: ${toString features}; add them to ${where}.features"
        ) lacking
        ++ problems "executable of ${package} (${where}.bins)" manifest.executables bins
        # NB: cargo itself checks "dependency/feature".
        ++ problems "feature of ${package} (${where}.features)" manifest.features (
          builtins.filter (feature: !lib.contains "/" feature) features
        )
        ++ problems "profile (${where}.profile)" (builtins.attrNames profiles) [ profile ]
        ++ problems "property that a platform lacks (${where}.needs)" lackedAnywhere needs
        ++ lib.optionals (base != null) (
          problems "service (${where}.startsFrom)" (builtins.attrNames given) [ base ]
          # NB: a service can only start from one that exists for all of its platforms.
          ++
            lib.optional (lib.subtractLists needs baseNeeds != [ ])
              "samebits: ${name} starts from ${base}, which needs more: ${toString (lib.subtractLists needs baseNeeds)}"
        );

      chosen = import ./platforms.nix {
        table = platforms;
        chosen = stated.platforms or null;
      };
      meetsNeeds = platform: !builtins.any (need: builtins.elem need chosen.${platform}.lacks) needs;
    in
    orThrow wrongNames (
      orThrow wrongValues (
        {
          inherit
            bins
            features
            manifest
            needs
            package
            ;
          inherit (manifest) version;
          # Whether it has all executables of the package.
          allBins = lib.subtractLists bins manifest.executables == [ ];
          inherit defaultFeatures profile;
          # The arguments with which its executables are run after the build; null for not at all.
          smokeTest = stated.smokeTest or null;
          # Whether the profile states what to strip.
          strips = states "strip" profile;
          # Whether it carries the stamp of crates/build-info: then each commit gives another executable.
          stamped = cargo.dependsOn manifest "build-info";
          platforms = builtins.filter meetsNeeds (builtins.attrNames chosen);
        }
        // lib.optionalAttrs (base != null) { startsFrom = base; }
      )
    );
in
builtins.mapAttrs service given
