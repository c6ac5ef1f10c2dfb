"""End-to-end tests: real nix builds, run where they can be and looked into where not."""
