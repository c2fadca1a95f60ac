#!/usr/bin/env bash
# Builds the Debian package: the program, the .NET runtime of this machine (so that the target needs none and no network), unit, settings, documentation.
#   scripts/package-deb.sh [--output DIR] [--version X.Y.Z] [--without-runtime] [--published DIR]
# The last line is the path of the package.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib/prepare.sh

output=artifacts
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
runtime=yes
published=""
while [ $# -gt 0 ]; do
  case "$1" in
    --output) output=$2; shift ;;
    --version) version=$2; shift ;;
    --published) published=$2; shift ;;
    --without-runtime) runtime=no ;;
    *) echo "package-deb: unknown argument $1" >&2; exit 64 ;;
  esac
  shift
done
need_commands dpkg-deb
need_dotnet

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 0755 "$root"
install -d "$root"/{DEBIAN,etc/haconsole,usr/bin,usr/lib/haconsole,usr/lib/systemd/system,usr/share/doc/haconsole}
if [ -z "$published" ]; then
  dotnet publish src/HaConsole.Web --configuration Release -p:Version="$version" --output "$root/usr/lib/haconsole/app" --nologo --verbosity quiet >&2
else
  cp -r "$published" "$root/usr/lib/haconsole/app"
fi
find "$root/usr/lib/haconsole/app" -name '*.pdb' -delete

depends=""
if [ "$runtime" = yes ]; then
  # What the published program asks for, in the patch level that this machine has.
  home=$(dirname "$(readlink -f "$(command -v dotnet)")")
  to=$root/usr/lib/haconsole/dotnet
  install -d "$to/host/fxr"
  cp "$home/dotnet" "$to/"
  cp "$home"/{LICENSE,ThirdPartyNotices}.txt "$to/"
  for framework in Microsoft.NETCore.App Microsoft.AspNetCore.App; do
    newest=$(ls -1 "$home/shared/$framework" | grep '^10\.' | sort -V | tail -n 1)
    install -d "$to/shared/$framework"
    cp -r "$home/shared/$framework/$newest" "$to/shared/$framework/"
  done
  cp -r "$home/host/fxr/$(ls -1 "$home/host/fxr" | sort -V | tail -n 1)" "$to/host/fxr/"
else
  depends=", aspnetcore-runtime-10.0"
fi

install -m 0755 packaging/debian/haconsole "$root/usr/bin/haconsole"
install -m 0644 packaging/systemd/haconsole.service "$root/usr/lib/systemd/system/"
install -m 0640 packaging/debian/environment packaging/debian/haconsole.json "$root/etc/haconsole/"
cp -r docs "$root/usr/share/doc/haconsole/docs"
install -m 0644 README.md "$root/usr/share/doc/haconsole/"
install -m 0755 packaging/debian/{preinst,postinst,prerm,postrm} "$root/DEBIAN/"
install -m 0644 packaging/debian/conffiles "$root/DEBIAN/"
chmod -R u+rwX,go+rX,go-w "$root/usr"
find "$root/usr/lib/haconsole" -type f ! -name dotnet ! -name createdump ! -name haconsole ! -name '*.so' -exec chmod 0644 {} +
sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$(dpkg --print-architecture)/" -e "s/@SIZE@/$(du -sk "$root/usr" | cut -f1)/" -e "s/@DEPENDS@/$depends/" \
  packaging/debian/control >"$root/DEBIAN/control"
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
mkdir -p "$output"
package=$output/haconsole_${version}_$(dpkg --print-architecture).deb
dpkg-deb --root-owner-group -Zgzip --build "$root" "$package" >&2
echo "$package"
