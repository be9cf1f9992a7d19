#!/bin/sh
# install.sh: installs flussi from the folder that this file is in, without any network: the
# package of this system (dpkg, rpm), or the program alone into /usr/local/bin. Nothing is
# installed before every file was held against SHA256SUMS; compare the hash of that file, or
# of the archive, with whoever gave it to you. Needs root.
set -eu
cd "$(dirname "$0")"
sha256sum --quiet -c SHA256SUMS || { echo "install.sh: un file non è quello dell'elenco: non installare / a file is not the one of the list: do not install" >&2; exit 1; }
[ "$(id -u)" = 0 ] || { echo "install.sh: serve root / needs root" >&2; exit 1; }
case $(uname -m) in
x86_64) arch=amd64 ;;
aarch64) arch=arm64 ;;
*) echo "install.sh: $(uname -m): nessun programma / no program" >&2; exit 1 ;;
esac
if command -v dpkg >/dev/null && [ -e /etc/debian_version ]; then
	dpkg -i ./flussi_*_"$arch".deb
elif command -v rpm >/dev/null; then
	rpm -U --replacepkgs ./flussi-*."$(uname -m)".rpm
else
	install -m 755 ./flussi-*-linux-"$arch" /usr/local/bin/flussi
fi
flussi version
