# The lock file that arguments of crane's functions give, in one of three forms; null for the source's own.
writeTOML:
{
  cargoLock ? null,
  cargoLockContents ? null,
  cargoLockParsed ? null,
  ...
}:
if cargoLock != null then
  cargoLock
else if cargoLockContents != null then
  builtins.toFile "Cargo.lock" cargoLockContents
else if cargoLockParsed != null then
  writeTOML "Cargo.lock" cargoLockParsed
else
  null
