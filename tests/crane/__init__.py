"""crane itself, held against nix/crane. Not part of `make test`: it needs trees of crane and nixpkgs, which no archive has."""
