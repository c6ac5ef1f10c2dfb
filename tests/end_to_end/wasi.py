"""Runs a WASI program (preview 1) with access to the current folder: `wasi.py PROGRAM ARGUMENT…`. Exits with its status."""

from __future__ import annotations

import sys
from pathlib import Path

import wasmtime


def main() -> int:
    """Runs the program and returns its exit status."""
    program = Path(sys.argv[1])
    engine = wasmtime.Engine()
    linker = wasmtime.Linker(engine)
    linker.define_wasi()
    store = wasmtime.Store(engine)
    wasi = wasmtime.WasiConfig()
    wasi.argv = [program.name, *sys.argv[2:]]
    wasi.inherit_stdin()
    wasi.inherit_stdout()
    wasi.inherit_stderr()
    wasi.preopen_dir(".", ".")
    store.set_wasi(wasi)
    instance = linker.instantiate(store, wasmtime.Module.from_file(engine, str(program)))
    try:
        instance.exports(store)["_start"](store)
    except wasmtime.ExitTrap as ended:
        return ended.code
    return 0


if __name__ == "__main__":
    sys.exit(main())
