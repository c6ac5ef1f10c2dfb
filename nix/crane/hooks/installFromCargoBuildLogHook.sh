# After building: installs the executables and libraries that cargo's messages name, before tests can change them.

# Copies them from the log $2 to $1/bin and $1/lib.
installFromCargoBuildLog() {
  local folder=${1:-$out} log=${2:-$cargoBuildLog} members line files file
  members=$(command cargo metadata --format-version 1 --no-deps)
  [[ $members =~ '"workspace_members":['([^]]*)']' ]]
  members=${BASH_REMATCH[1]}
  while IFS= read -r line; do
    [[ $line == '{"reason":"compiler-artifact"'* && $line =~ '"package_id":'(\"[^\"]*\") ]] || continue
    [[ $members == *"${BASH_REMATCH[1]}"* ]] || continue
    [[ ! $line =~ '"profile":{'[^}]*'"test":true' ]] || continue
    if [[ $line =~ '"executable":'\"([^\"]*)\" ]]; then
      installArtifact "${BASH_REMATCH[1]}" "$folder/bin"
    elif [[ $line =~ '"kind":['[^]]*\"(cdylib|dylib|staticlib)\" && $line =~ '"filenames":['([^]]*)']' ]]; then
      IFS=, read -ra files <<<"${BASH_REMATCH[1]}"
      for file in "${files[@]//\"/}"; do
        case $file in *.rlib | *.rmeta) ;; *) installArtifact "$file" "$folder/lib" ;; esac
      done
    fi
  done <"$log"
}
installArtifact() {
  # NB: what cargo builds as a dependency on an executable is not asked for.
  case $1 in */deps/artifact/*) return ;; esac
  mkdir -p "$2"
  cp "$1" "$2/"
}

postBuildInstallFromCargoBuildLog() {
  if [ ! -f "$cargoBuildLog" ]; then
    echo "crane: \$cargoBuildLog is no file. Run cargo with --message-format json-render-diagnostics, and name the file with its output; or set doNotPostBuildInstallCargoBinaries and install in installPhaseCommand" >&2
    return 1
  fi
  installFromCargoBuildLog "$postBuildInstallFromCargoBuildLogOut" "$cargoBuildLog"
}
if [ -z "$doNotPostBuildInstallCargoBinaries" ]; then
  postBuildInstallFromCargoBuildLogOut=$(mktemp -d "$TMPDIR/installXXXXXX")
  postBuildHooks+=(postBuildInstallFromCargoBuildLog)
fi
