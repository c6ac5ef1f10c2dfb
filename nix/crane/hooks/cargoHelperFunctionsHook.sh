# Functions that phases and hooks call.

# cargo, with its arguments in the log.
cargo() {
  echo "+ cargo $*" >&2
  command cargo "$@"
}

# cargo with the profile CARGO_PROFILE; without any if that is empty.
cargoWithProfile() {
  cargo "$1" ${CARGO_PROFILE:+--profile "$CARGO_PROFILE"} "${@:2}"
}
