"""Sets up a machine: installs Nix and adds the closed set of pinned archives to its store. `./bootstrap` starts it."""
