# Links busybox's applets and unpacks bash beside them. Runs in busybox's shell, because no other shell exists yet.
set -eu
# NB: busybox closes its output streams after --list, which Nix takes for the end of the build. Hence the subshell.
applets=$("$busybox/bin/busybox" --list)
"$busybox/bin/busybox" mkdir -p "$out/bin" unpacked
for applet in $applets; do
  case $applet in busybox | ash | bash | sh) continue ;; esac
  "$busybox/bin/busybox" ln -s "$busybox/bin/busybox" "$out/bin/$applet"
done
PATH=$out/bin
dpkg-deb -x "$bash" unpacked
cp unpacked/bin/bash-static "$out/bin/bash"
ln -s bash "$out/bin/sh"
