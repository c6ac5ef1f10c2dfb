# rustc ($1) for the crates of this repository, whose code and linker see the time of the commit. cargo, and with it every
# build script, sees the same time at each commit: for another one it would make anew the dependencies that compile C.
export SOURCE_DATE_EPOCH=$COMMIT_TIME
exec "$@"
