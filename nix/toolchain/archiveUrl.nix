# The URLs of archives, from the pattern of a mirror (docs/library.md) or of a registry's downloads, whose placeholders are cargo's
# (The Cargo Book: "Index Format").
let
  lib = import ../lib.nix;

  # The values of the placeholders for an archive and its file's name.
  valuesFor =
    archive: file:
    let
      inherit (archive) name;
      part = from: length: builtins.substring from length name;
      length = builtins.stringLength name;
      # The folder of a crate in an index.
      prefix =
        if length <= 2 then
          toString length
        else if length == 3 then
          "3/${part 0 1}"
        else
          "${part 0 2}/${part 2 2}";
    in
    {
      inherit file name prefix;
      inherit (archive) sha256 version;
      architecture = archive.architecture or "";
      crate = name;
      lowerprefix = lib.toLower prefix;
      sha256-checksum = archive.sha256;
    };
in
{
  # NB: their names need no archive.
  placeholders = builtins.attrNames (valuesFor { } "");

  urlOf =
    archive: file:
    let
      values = valuesFor archive file;
    in
    builtins.replaceStrings (map (name: "{${name}}") (builtins.attrNames values)) (
      builtins.attrValues values
    );
}
