# What `nix flake init -t` copies.
{
  new = {
    path = ./templates/new;
    description = "A Cargo workspace with one service";
  };
  existing = {
    path = ./templates/existing;
    description = "flake.nix and a CI workflow for a Cargo workspace that is there";
  };
}
