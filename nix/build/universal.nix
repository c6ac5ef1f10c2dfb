# A universal (fat) executable: joins the builds of one service for several processors.
{ shell, llvm }:
{
  name,
  version,
  # The service built for each slice.
  slices,
}:
shell {
  name = "${name}-${version}";
  script = ./universal.sh;
  inherit llvm slices;
}
