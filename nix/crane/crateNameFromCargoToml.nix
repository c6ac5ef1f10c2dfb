# The name and the version of a source, from the manifest in its root.
_: args:
let
  missing = throw "samebits: crane finds no name and version: the source has no Cargo.toml in its root; set pname and version, or cargoToml to a manifest";
  src = args.src or missing;
  cargoToml = args.cargoToml or ((src.origSrc or src) + "/Cargo.toml");
  contents =
    args.cargoTomlContents
      or (if builtins.pathExists cargoToml then builtins.readFile cargoToml else missing);
  # NB: without context, which older Nix does not accept in TOML.
  toml = builtins.fromTOML (builtins.unsafeDiscardStringContext contents);

  first =
    what: attribute: placeholder: candidates:
    let
      texts = builtins.filter builtins.isString candidates;
    in
    if texts == [ ] then
      builtins.trace "warning: samebits: crane finds no ${what} in ${toString (args.cargoToml or "the source's Cargo.toml")} and takes ${placeholder}; set ${attribute}" placeholder
    else
      builtins.head texts;
in
{
  pname = first "name" "pname" "cargo-package" [
    (toml.package.metadata.crane.name or null)
    (toml.package.name or null)
    (toml.workspace.metadata.crane.name or null)
    (toml.workspace.package.name or null)
  ];
  version = first "version" "version" "0.0.1" [
    (toml.package.version or null)
    (toml.workspace.package.version or null)
  ];
}
