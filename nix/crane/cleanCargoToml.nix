# A manifest without what does not affect the dependencies.
{ filters, ... }:
{
  cargoToml ? throw "samebits: crane's cleanCargoToml: give 'cargoToml' or 'cargoTomlContents'",
  cargoTomlContents ? builtins.readFile cargoToml,
  cleanCargoTomlFilter ? filters.cargoTomlDefault,
}:
import ./cleanManifest.nix cleanCargoTomlFilter (builtins.fromTOML cargoTomlContents)
