# Checks the executables in $out/bin. Fails if one contains a build path, or if its format or linkage is not what the
# platform's entry states.

refuse() {
  echo "check-executables: $(basename "$executable"): $1" >&2
  exit 1
}

refuse_paths() {
  local place
  for place in /nix/store/ "$PWD" "$HOME"; do
    # NB: not -F, with which busybox's grep searches a line only up to its first NUL byte.
    if grep -qa -- "$place" "$executable"; then
      refuse "holds the path '$(grep -aoE -- "$place[[:graph:]]{0,80}" "$executable" | head -n 1)'; remap it, or let the profile strip debug information"
    fi
  done
}

refuse_other_format() {
  local format
  format=$("$llvm/bin/llvm-readobj" --file-header "$executable" | sed -n 's/^Format: //p')
  [ "$format" = "$expectedFileFormat" ] || refuse "is '$format', expected '$expectedFileFormat'"
}

# Runtimes that measure or check a program while it runs leave sections of their own.
refuse_instrumentation() {
  local sections
  sections=$("$llvm/bin/llvm-readobj" --sections "$executable" |
    sed -nE 's/^ *Name: ((__llvm_(prf|cov)|\.l(prf|cov)|__LLVM_COV|_*(asan|hwasan|msan|sancov)_)[^ ]*).*/\1/p')
  [ -z "$sections" ] || refuse "is instrumented for coverage, profiles or a sanitizer, which no release is; sections: ${sections//$'\n'/, }"
}

# The shared libraries that the executable needs; for WebAssembly, the modules that it imports functions from.
libraries() {
  case $expectedFileFormat in
    COFF-*) "$llvm/bin/llvm-readobj" --coff-imports "$executable" | sed -n 's/^  Name: //p' ;;
    WASM)
      local size offset
      read -r size offset <<<"$("$llvm/bin/llvm-readobj" --sections "$executable" |
        sed -n '/Type: IMPORT /,/}/s/^ *\(Size\|Offset\): //p' | tr '\n' ' ')"
      od -An -v -t u1 -j "$offset" -N "$size" "$executable" | awk -f "$wasmImports" | sort -u
      ;;
    *) "$llvm/bin/llvm-readobj" --needed-libs "$executable" | sed -n 's/^  \([^ ].*[^ ]\)$/\1/p' ;;
  esac
}

refuse_other_linkage() {
  local libraries library
  libraries=$(libraries) || refuse "has imports that cannot be read"
  case $expectedLinkage in
    static)
      [ -z "$libraries" ] || refuse "needs shared libraries, expected none: $libraries"
      ;;
    system)
      [ -n "$libraries" ] || refuse "needs no library, expected system libraries"
      while read -r library; do
        grep -qixE -- "$systemLibraries" <<<"$library" ||
          refuse "needs '$library', which is not a system library: $systemLibraries"
      done <<<"$libraries"
      ;;
    *) refuse "unknown linkage '$expectedLinkage' in nix/platforms.nix" ;;
  esac
}

refuse_other_interpreter() {
  local interpreter
  case $expectedFileFormat in elf*) ;; *) return ;; esac
  interpreter=$("$llvm/bin/llvm-readobj" --elf-output-style=GNU --program-headers "$executable" |
    sed -n 's/^ *\[Requesting program interpreter: \(.*\)\]$/\1/p')
  [ "$interpreter" = "$expectedInterpreter" ] ||
    refuse "is loaded by '$interpreter', expected '$expectedInterpreter'"
}

refuse_newer_glibc() {
  local newest
  [ -n "$glibcFloor" ] || return 0
  newest=$("$llvm/bin/llvm-readobj" --version-info "$executable" | sed -n 's/^ *Name: GLIBC_//p' | sort -V | tail -n 1)
  [ -n "$newest" ] || refuse "names no version of glibc, expected at most $glibcFloor"
  [ "$(printf '%s\n' "$newest" "$glibcFloor" | sort -V | tail -n 1)" = "$glibcFloor" ] ||
    refuse "needs glibc $newest, expected at most $glibcFloor"
}

executables=("$out/bin/"*)
[ -e "${executables[0]}" ] || { echo "check-executables: '$out/bin' is empty" >&2; exit 1; }
for executable in "${executables[@]}"; do
  refuse_paths
  refuse_other_format
  refuse_instrumentation
  refuse_other_linkage
  refuse_other_interpreter
  refuse_newer_glibc
done
