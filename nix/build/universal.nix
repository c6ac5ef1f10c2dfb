# One executable for several processors: the same service for each slice's platform, put together.
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
