# This repository's flake outputs: those of its own workspace, lib.mkWorkspace for other projects, and what its tests build.
{
  self,
  root,
  # The flake's inputs, for ./nixpkgs.
  inputs,
}:
let
  lib = import ./lib.nix;

  # The archives hold a toolchain for this system only.
  system = "x86_64-linux";

  samebits = {
    inherit self root inputs;
    inherit ((builtins.fromTOML (builtins.readFile (root + "/Cargo.toml"))).workspace.package) version;
  };
  workspaceParts = import ./workspace.nix { inherit samebits system; };
  workspace = workspaceParts {
    inherit self;
    src = root;
    services = import ./services.nix;
    # NB: the program holds none of the schemas, so a change of one must not build it again.
    testSources = [ "docs/schemas" ];
  };
  inherit (workspace.builders) original rebuilt;
  inherit (original) toolchain;

  formatter = import ./formatter { inherit (original) crane; };
  fixtures = import ./checks/fixtures.nix {
    inherit original rebuilt root;
    inherit (workspace) attestBuilds defineBuild;
    platforms = workspace.compiled;
  };
in
lib.recursiveUpdate workspace.outputs {
  # NB: Nix 2.8 reports this as an unknown output; newer ones know it.
  lib = {
    mkCrane = import ./mkCrane.nix { inherit samebits system; };
    mkWorkspace = arguments: (workspaceParts arguments).outputs;
    platforms = import ./platforms.nix;
  };

  templates = import ./templates.nix;

  packages.${system}.toolchain = toolchain.rust;

  formatter.${system} = formatter;

  checks.${system} = {
    conditions-vary = import ./checks/conditionsVary.nix {
      inherit toolchain;
      inherit (fixtures) conditions;
    };
    nix-fmt = import ./checks/nixFmt.nix {
      inherit (toolchain) shell;
      inherit formatter root;
    };
  };

  # For `nix eval`, tests and benchmarks. Not part of any release.
  legacyPackages.${system} = {
    inherit fixtures;
    inherit (workspace) vendor;
    inherit (toolchain) llvm zig;
    # What becomes of crane's names (docs/crane.md).
    crane = {
      arguments = import ./crane/arguments.nix;
      attributes = builtins.attrNames original.crane;
      refusedAttributes = import ./crane/attributes.nix;
    };
    format-oracles = import ./checks/formatOracles.nix original;
    # For each platform, the standard library, and the environment variables that make cargo use the toolchain.
    std = builtins.mapAttrs (_: toolchain.std) workspace.compiled;
    environments = builtins.mapAttrs (_: toolchain.platformEnvironment) workspace.compiled;
  };
}
