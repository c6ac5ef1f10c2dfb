# Checks the arguments of mkWorkspace (workspace.nix) and mkCrane (mkCrane.nix): their names and types, with a message for each
# that is wrong.
let
  lib = import ./lib.nix;
  names = import ./names.nix;
  types = import ./types.nix;

  fields = {
    archives = types.set;
    conditions = types.setOfSets;
    extraSources = types.texts;
    outputHashes = types.setOfTexts;
    platforms = types.nullOr (types.either types.texts types.setOfSets);
    self = {
      name = "the flake, as in `inherit self;`";
      is = value: value ? narHash;
    };
    services = {
      name = "\"auto\", or a set of sets";
      is = value: value == "auto" || types.setOfSets.is value;
    };
    sizes = types.set;
    src = types.path;
    stamp = types.either types.set types.off;
    testSources = types.texts;
  };
  fieldsOf = {
    mkWorkspace = fields;
    mkCrane = {
      inherit (fields)
        archives
        outputHashes
        self
        src
        ;
      platform = types.nullOr types.text;
    };
  };
  # What archives.mirrors has URL patterns for, beside single registries.
  kinds = [
    "crate"
    "deb"
    "git"
    "seed"
    "wheel"
  ];
  inherit (import ./toolchain/archiveUrl.nix) placeholders;
  # Whether a key of archives.mirrors is a registry, as Cargo.lock states the source of its crates.
  isRegistry = key: builtins.match "(registry|sparse)[+].*" key != null;
  placeholdersIn =
    pattern:
    map builtins.head (builtins.filter builtins.isList (builtins.split "[{]([^}]*)[}]" pattern));
  # Messages about the URL pattern of a kind or a registry.
  wrongPattern =
    kind: pattern:
    names.problems "placeholder in archives.mirrors (${kind})" placeholders (placeholdersIn pattern)
    ++
      lib.optional (placeholdersIn pattern == [ ])
        "samebits: archives.mirrors (${kind}) is the same URL for all archives; it lacks a placeholder, as in https://mirror.example/{file}";
in
{
  # The URL pattern for each kind of archive, from the argument `archives`.
  mirrorsFrom =
    archives:
    let
      mirrors = archives.mirrors or { };
      named = if builtins.isString mirrors then lib.genAttrs kinds (_: mirrors) else mirrors;
      wrongType = types.problems "archives." {
        mirrors = types.either types.text types.set;
      } archives;
    in
    names.orThrow wrongType (
      names.orThrow (
        names.problems "field of archives" [ "mirrors" ] (builtins.attrNames archives)
        ++ names.problems "kind of archive (archives.mirrors)" kinds (
          builtins.filter (key: !isRegistry key) (builtins.attrNames named)
        )
        ++ types.problems "archives.mirrors." (builtins.mapAttrs (_: _: types.text) named) named
      ) (builtins.mapAttrs (kind: pattern: names.orThrow (wrongPattern kind pattern) pattern) named)
    );

  # The arguments of one of the functions as they are, or a message for each that is unknown or of another type.
  checked =
    function: arguments:
    let
      fields = fieldsOf.${function};
    in
    names.orThrow
      (
        names.problems "argument of ${function}" (builtins.attrNames fields) (builtins.attrNames arguments)
        ++ lib.optional (!(arguments ? self)) "samebits: ${function} lacks an argument: add `inherit self;`"
      )
      # NB: each argument when its value is used. A flake's outputs must exist before anything can look into `self`.
      (
        builtins.mapAttrs (
          name: value: names.orThrow (types.problems "" fields { ${name} = value; }) value
        ) arguments
      );
}
