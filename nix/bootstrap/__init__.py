"""Sets up a machine: Nix, and the closed set of pinned archives in its store. Started by `bootstrap` at the root."""
