# rustc ($1) for the crates of this repository: SOURCE_DATE_EPOCH is the commit's time for the compiler and the linker. For
# cargo and every build script it is a constant; otherwise each commit would rebuild the dependencies that compile C.
export SOURCE_DATE_EPOCH=$COMMIT_TIME
exec "$@"
