# A universal (fat) executable: joins the builds of one service for several processors.
{ shell, llvm }:
{
  name,
  version,
  # The service built for each slice.
  slices,
  # As in service.nix.
  sizeBudget,
}:
let
  lib = import ../lib.nix;
in
shell (
  {
    name = "${name}-${version}";
    script = ./universal.sh;
    inherit llvm slices;
  }
  // lib.optionalAttrs (sizeBudget != { }) { checkSizes = ./checkSizes.sh; }
  // sizeBudget
)
