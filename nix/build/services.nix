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
  # Whether executables carry the stamp of their commit.
  stamped,
}:
let
  lib = import ../lib.nix;
  inherit (import ../names.nix) orThrow problems;
  types = import ../types.nix;
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

  fields = {
    bins = types.texts;
    debugFeatures = types.texts;
    defaultFeatures = types.flag;
    features = types.texts;
    needs = types.texts;
    package = types.text;
    platforms = types.nullOr (
      types.texts
      // {
        name = "a list of names of the workspace's platforms, whose argument has the entries";
      }
    );
    profile = types.text;
    smokeTest = types.nullOr (types.either types.texts types.set);
    startsFrom = types.nullOr types.text;
  };
  # Names that `nix run` gives to something else.
  taken = [
    "bootstrap"
    "tables"
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

  # The services that a service starts from, itself included.
  startsFrom =
    name:
    map (node: node.key) (
      builtins.genericClosure {
        startSet = [ { key = name; } ];
        operator =
          { key }:
          let
            base = given.${key}.startsFrom or null;
          in
          lib.optional (base != null) { key = base; };
      }
    );

  service =
    name: stated:
    let
      where = "services.${name}";
      wrongTypes = types.problems "${where}." fields stated;
      remedy = "name it otherwise, and state its package: services.other.package = \"${package}\"";
      # Messages about the names in the arguments.
      wrongNames =
        problems "field of ${where}" (builtins.attrNames fields) (builtins.attrNames stated)
        ++
          lib.optional (!types.isFileName name)
            "samebits: a service is called '${name}', and a part of a file's name has only letters, digits, _ . + -; ${remedy}"
        ++ lib.optional (builtins.elem name taken) "samebits: a service is called '${name}', and `nix run .#${name}` is a command of samebits; ${remedy}"
        ++ problems "package (${where}.package)" (builtins.attrNames packages) [ package ]
        ++ smokeTest.problems;
      smokeTest = import ./smokeTest.nix {
        where = "${where}.smokeTest";
        stated = stated.smokeTest or null;
      };
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
      debugFeatures = stated.debugFeatures or [ ];
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
        ++ problems "feature of ${package} (${where}.debugFeatures)" manifest.features debugFeatures
        # NB: cargo itself checks "dependency/feature".
        ++ problems "feature of ${package} (${where}.features)" manifest.features (
          builtins.filter (feature: !lib.contains "/" feature) features
        )
        ++ problems "profile (${where}.profile)" (builtins.attrNames profiles) [ profile ]
        ++ problems "property that a platform lacks (${where}.needs)" lackedAnywhere needs
        ++ lib.optionals (base != null) (
          problems "service (${where}.startsFrom)" (builtins.attrNames given) [ base ]
          ++ lib.optional (builtins.elem name (startsFrom base)) "samebits: ${where}.startsFrom: ${name} would start from itself"
          # NB: a service can only start from one that exists for all of its platforms.
          ++
            lib.optional (lib.subtractLists needs baseNeeds != [ ])
              "samebits: ${name} starts from ${base}, which needs more: ${toString (lib.subtractLists needs baseNeeds)}"
        );

      chosen = import ./platforms.nix {
        table = platforms;
        chosen = stated.platforms or null;
        where = "${where}.platforms";
      };
      meetsNeeds = platform: !builtins.any (need: builtins.elem need chosen.${platform}.lacks) needs;
    in
    orThrow wrongTypes (
      orThrow wrongNames (
        orThrow wrongValues (
          {
            inherit
              bins
              debugFeatures
              features
              manifest
              needs
              package
              ;
            inherit (manifest) version;
            # Whether it has all executables of the package.
            allBins = lib.subtractLists bins manifest.executables == [ ];
            inherit defaultFeatures profile;
            # How its executables are run after the build; null for not at all.
            smokeTest = smokeTest.value;
            # Whether the profile states what to strip.
            strips = states "strip" profile;
            # Whether it states where debug information goes.
            splitsDebuginfo = states "split-debuginfo" profile;
            inherit stamped;
            platforms =
              let
                met = builtins.filter meetsNeeds (builtins.attrNames chosen);
              in
              if met == [ ] then
                throw "samebits: ${where} needs ${toString needs}, and each of its platforms lacks some of that: ${toString (builtins.attrNames chosen)}"
              else
                met;
          }
          // lib.optionalAttrs (base != null) { startsFrom = base; }
        )
      )
    );

  built = builtins.mapAttrs service given;

  # NB: a-b for the platform c would be called like a for the platform b-c.
  packageNames = builtins.concatLists (
    lib.mapAttrsToList (name: entry: map (platform: "${name}-${platform}") entry.platforms) built
  );
  twice = builtins.attrNames (
    lib.filterAttrs (_: same: builtins.length same > 1) (builtins.groupBy (name: name) packageNames)
  );
in
orThrow (map (
  name: "samebits: two packages would be called '${name}'; rename a service or a platform"
) twice) built
