# Links busybox's applets and unpacks bash beside them. Runs in busybox's own shell: there is no other yet.
set -eu
mkdir="$busybox/bin/busybox mkdir"
$mkdir -p "$out/bin" unpacked
# NB: busybox closes its output streams after --list, which Nix takes for the end of the build: hence the subshell.
applets=$("$busybox/bin/busybox" --list)
for applet in $applets; do
  case $applet in busybox | ash | bash) continue ;; esac
  "$busybox/bin/busybox" ln -s "$busybox/bin/busybox" "$out/bin/$applet"
done
PATH=$out/bin
dpkg-deb -x "$bash" unpacked
cp unpacked/bin/bash-static "$out/bin/bash"
rm "$out/bin/sh"
ln -s bash "$out/bin/sh"
