# Fails if `nix fmt` would change a file.
{
  shell,
  formatter,
  root,
}:
shell {
  name = "nix-fmt";
  script = ./nixFmt.sh;
  tools = [ formatter ];
  # NB: only the Nix files, so that a change to any other file does not run the check again.
  sources = import ../crane/filteredSource.nix {
    src = root;
    filter = path: type: type == "directory" || builtins.match ".*\\.nix" path != null;
  };
}
