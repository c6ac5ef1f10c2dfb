# The workspaces in a source: what belongs to which, as cargo decides it.
{
  folders,
  # The manifest in the source's root.
  root,
}:
let
  lib = import ../lib.nix;
  inherit (folders) below has resolve;

  isIn = above: folder: folder == above || lib.hasPrefix "${above}/" folder;
  # The folders that a list in a [workspace] names; `what` is one of them.
  named =
    key: what: folder:
    map (
      path:
      resolve {
        inherit folder path;
        what = "the ${what} '${path}'";
      }
    ) ((manifestOf folder).workspace.${key} or [ ]);

  # NB: the root's is read once.
  manifestOf = folder: if folder == "" then root else folders.readManifest folder;
in
rec {
  inherit manifestOf;

  # The members that the workspace in a folder names; they may hold wildcards.
  membersOf = named "members" "member";

  # Whether the workspace in a folder excludes another folder.
  # NB: like cargo, prefer `members` if they name the folder without wildcards.
  excludes =
    folder: other:
    builtins.any (above: isIn above other) (named "exclude" "excluded folder" folder)
    && !builtins.any (above: isIn above other) (membersOf folder);

  # The folder of the workspace that a package belongs to, and inherits from: its own, or the nearest above it that does not
  # exclude it. Null if there is none.
  rootOf =
    folder:
    let
      nearest =
        here:
        let
          file = below here "Cargo.toml";
          manifest = lib.optionalAttrs (has file) (manifestOf here);
        in
        if manifest ? package.workspace then
          resolve {
            folder = here;
            path = manifest.package.workspace;
            what = "the workspace of '${file}' (workspace = \"${manifest.package.workspace}\")";
          }
        else if manifest ? workspace && (here == folder || !excludes here folder) then
          here
        else if here == "" then
          null
        else
          nearest (folders.above here);
    in
    nearest folder;
}
