# Which keys of a manifest affect its dependencies: filters for cleanCargoToml.
_:
let
  # NB: cargo knows each key of several words with _, too.
  isKey = names: name: builtins.elem (builtins.replaceStrings [ "_" ] [ "-" ] name) names;
  targets = [
    "bench"
    "bin"
    "example"
    "lib"
    "test"
  ];
  # By the table that they stand in.
  kept = {
    top = [
      "build-dependencies"
      "cargo-features"
      "dependencies"
      "dev-dependencies"
      "features"
      "patch"
      "profile"
      "replace"
      "target"
    ];
    package = [
      "edition"
      "name"
      "resolver"
      "version"
      "workspace"
    ];
    workspace = [
      "default-members"
      "dependencies"
      "exclude"
      "members"
      "package"
      "resolver"
    ];
    ofTarget = [
      "crate-type"
      "edition"
      "harness"
      "name"
      "path"
      "proc-macro"
    ];
  };
  removed = {
    top = [
      "badges"
      "lints"
    ];
    package = [
      "authors"
      "autobenches"
      "autobins"
      "autoexamples"
      "autotests"
      "build"
      "categories"
      "default-run"
      "description"
      "documentation"
      "exclude"
      "homepage"
      "include"
      "keywords"
      "license"
      "license-file"
      "links"
      "metadata"
      "publish"
      "readme"
      "repository"
      "rust-version"
    ];
    workspace = [
      "lints"
      "metadata"
    ];
    ofTarget = [
      "bench"
      "doc"
      "doctest"
      "plugin"
      "required-features"
      "test"
    ];
  };
  # Whether a table names the key at a path, or one above it.
  names =
    table: path:
    let
      top = builtins.head path;
      section =
        if builtins.elem top targets then
          table.ofTarget
        else if top == "package" || top == "workspace" then
          table.${top}
        else
          [ ];
    in
    isKey table.top top || builtins.length path > 1 && isKey section (builtins.elemAt path 1);
in
rec {
  cargoTomlAggressive =
    path:
    names kept path
    ||
      builtins.length path == 1
      && builtins.elem (builtins.head path) (
        targets
        ++ [
          "package"
          "workspace"
        ]
      );
  cargoTomlConservative = path: !names removed path;
  cargoTomlDefault = cargoTomlConservative;
}
