# Where a flake and its workspace are in the flake's source tree: paths from the tree's root, "" for the root itself.
{
  self,
  # The workspace's folder.
  src,
  # The arguments of mkWorkspace as its caller wrote them.
  arguments,
}:
let
  lib = import ../lib.nix;
  tree = self.sourceInfo.outPath;
  # NB: `/. +` resolves `..` in a text.
  absolute = path: toString (/. + builtins.unsafeDiscardStringContext (toString path));
  parts =
    path: builtins.filter (part: builtins.isString part && part != "") (builtins.split "/" path);
  join = builtins.concatStringsSep "/";
  # What follows the tree in an absolute path, as a list; null if the path is elsewhere.
  # NB: the tree by its name. If the store is elsewhere (`--store`), newer Nix writes the folder above it in two ways.
  below =
    path:
    if path == [ ] then
      null
    else if builtins.head path == baseNameOf tree then
      builtins.tail path
    else
      below (builtins.tail path);
  inTree = path: below (parts (absolute path));

  # The nearest folder with a flake.nix, at a path or above it; null if there is none.
  nearestFlake =
    path:
    if builtins.pathExists "${tree}/${join path}/flake.nix" then
      path
    else if path == [ ] then
      null
    else
      nearestFlake (lib.init path);
  # NB: before Nix 2.14, `self` is the tree, whichever folder of it has the flake. But the flake calls mkWorkspace, or a file
  # beside or below it does.
  stated = inTree self;
  caller = builtins.unsafeGetAttrPos "self" arguments;
  called = if caller == null then null else inTree caller.file;
  nearest = if called == null then null else nearestFlake called;
  flakeParts = if stated == [ ] && nearest != null then nearest else stated;
  workspaceParts = inTree (src.origSrc or src);
  # The way from one folder to another.
  way =
    from: to:
    if from == [ ] then
      to
    else if to != [ ] && builtins.head from == builtins.head to then
      way (builtins.tail from) (builtins.tail to)
    else
      map (_: "..") from ++ to;
in
{
  inherit tree;
  # The folder of flake.nix.
  flake = join flakeParts;
  # The workspace's folder; null if it is elsewhere.
  workspace = if workspaceParts == null then null else join workspaceParts;
  # The path of a file of the workspace, seen from the flake's folder.
  seenFromFlake =
    file:
    if workspaceParts == null then
      "${toString src}/${file}"
    else
      join (way flakeParts (workspaceParts ++ [ file ]));
}
