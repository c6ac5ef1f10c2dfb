# Functions that phases and hooks call.

# cargo, with its arguments in the log.
cargo() {
  echo "+ cargo $*" >&2
  # NB: not by `command`, at whose failure bash complains of itself.
  "$(type -P cargo)" "$@"
}

# cargo with the profile CARGO_PROFILE; without any if that is empty.
cargoWithProfile() {
  cargo "$1" ${CARGO_PROFILE:+--profile "$CARGO_PROFILE"} "${@:2}"
}
