"""End-to-end tests: real nix builds. The executables are run where a runner exists, and inspected everywhere."""
