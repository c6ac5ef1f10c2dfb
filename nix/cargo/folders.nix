# Paths inside a workspace's source: reads its manifests, joins relative paths, expands the patterns of `members`.
{ src }:
let
  lib = import ../lib.nix;

  # Joins two paths; "" is the root.
  below = folder: name: if folder == "" then name else "${folder}/${name}";
  # The folder that holds a folder.
  above = folder: if dirOf folder == "." then "" else dirOf folder;
  has = file: builtins.pathExists (src + "/${file}");

  parts =
    path:
    builtins.filter (part: builtins.isString part && part != "" && part != ".") (
      builtins.split "/" path
    );

  # An extended regular expression for one part of a glob pattern.
  globToRegex =
    let
      special = lib.stringToCharacters ".+(){}|^$";
    in
    builtins.replaceStrings
      (
        special
        ++ [
          "*"
          "?"
          "[!"
        ]
      )
      (
        map (character: "\\${character}") special
        ++ [
          ".*"
          "."
          "[^"
        ]
      );
  isWild = text: builtins.match ".*[*?[].*" text != null;

  readDir = folder: builtins.readDir (src + "/${folder}");
  subfolders =
    folder:
    let
      entries = readDir folder;
    in
    # NB: like cargo, follow links to packages.
    builtins.filter (
      name:
      entries.${name} == "directory"
      || entries.${name} == "symlink" && has (below (below folder name) "Cargo.toml")
    ) (builtins.attrNames entries);
  expand =
    folder: pattern:
    let
      part = builtins.head pattern;
      rest = builtins.tail pattern;
      matching = builtins.filter (name: builtins.match (globToRegex part) name != null) (
        subfolders folder
      );
      inside = rest: name: expand (below folder name) rest;
    in
    if pattern == [ ] then
      [ folder ]
    else if part == "**" then
      expand folder rest ++ builtins.concatMap (inside pattern) (subfolders folder)
    else if isWild part then
      builtins.concatMap (inside rest) matching
    else
      inside rest part;

  # Parses the text of a TOML file.
  # NB: nothing catches a syntax error. Nix 2.8 shows the wrong line and no context of it, so each line names the file in a
  # comment, unless that could end up inside a text of several lines.
  parse =
    file: text:
    let
      hasLongTexts = builtins.replaceStrings [ "\"\"\"" "'''" ] [ "" "" ] text != text;
      name = "  # in '${file}'";
      named = builtins.replaceStrings [ "\r\n" "\n" ] [ "${name}\r\n" "${name}\n" ] "${text}\n";
    in
    builtins.addErrorContext "samebits: while reading '${file}'" (
      builtins.fromTOML (if hasLongTexts then text else named)
    );
in
rec {
  inherit
    above
    below
    has
    parts
    readDir
    ;

  # Reads a TOML file.
  readTOML =
    file:
    if has file then
      parse file (builtins.readFile (src + "/${file}"))
    else
      throw "samebits: '${file}' is missing in the source; ${
        lib.optionalString (file == "Cargo.lock") "run `cargo generate-lockfile`; "
      }a flake in a git repository sees only files that git knows: `git add ${file}`${
        lib.optionalString (file == "Cargo.toml")
          "; if it is in another folder than the root of the repository, add src, as in `src = ./.;` or `src = ./rust;`"
      }";
  readManifest = folder: readTOML (below folder "Cargo.toml");

  # Joins a folder and a path relative to it. Throws if the result is outside the source; `what` names the path then.
  resolve =
    {
      folder,
      path,
      what,
    }:
    let
      outside = throw "samebits: ${what} is outside the source, and a build sees nothing else; move it into the workspace, or depend on it by git or registry";
      step =
        done: part:
        if part != ".." then
          done ++ [ part ]
        else if done == [ ] then
          outside
        else
          lib.init done;
    in
    if lib.hasPrefix "/" path then
      outside
    else
      builtins.concatStringsSep "/" (builtins.foldl' step (parts folder) (parts path));

  # The folders that a path in `members` stands for; its parts may hold the wildcards * and ?, or be **.
  # NB: like cargo, skip a folder without a manifest only if a wildcard found it.
  matching =
    pattern:
    builtins.filter (folder: !isWild pattern || has (below folder "Cargo.toml")) (
      expand "" (parts pattern)
    );
}
