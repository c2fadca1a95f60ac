#!/usr/bin/env bash
# Installs, upgrades, removes and purges the Debian package in a Debian of its own with a real systemd (root; a minute the first time, which installs
# that Debian from this machine's package sources). What it leaves is the Debian, in the directory given.
#   scripts/check-package.sh [DIRECTORY FOR THE ROOT FILE SYSTEM] [PACKAGE [NEWER PACKAGE]]
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib/prepare.sh

root=${1:-/var/tmp/haconsole-package}
if [ "$(id -u)" -ne 0 ]; then
  echo "check-package: needs root, to boot a container" >&2
  exit 1
fi
need_commands systemd-nspawn debootstrap ip nsenter dpkg-deb
work=$(mktemp -d)
name=hcp$$
container=""
leader=""
finish() {
  if [ -n "$container" ]; then
    inside systemctl poweroff >/dev/null 2>&1 || kill "$container" 2>/dev/null || true
    wait "$container" 2>/dev/null || true
  fi
  ip netns del "$name-far" 2>/dev/null || true
  ip netns del "$name" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

if [ -n "${2:-}" ]; then
  cp "$2" "$work/old.deb"
  cp "${3:-$2}" "$work/new.deb"
else
  version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
  need_dotnet
  dotnet publish src/HaConsole.Web --configuration Release --output "$work/app" --nologo --verbosity quiet
  mv "$(scripts/package-deb.sh --output "$work" --published "$work/app" | tail -n 1)" "$work/old.deb"
  mv "$(scripts/package-deb.sh --output "$work" --published "$work/app" --version "$version+1" | tail -n 1)" "$work/new.deb"
  rm -rf "$work/app"
fi

if [ ! -e "$root/usr/bin/systemctl" ]; then
  debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,adduser,iproute2,iputils-arping,iputils-ping,procps,curl,libicu72,libssl3,ca-certificates,postgresql \
    bookworm "$root" >/dev/null
fi
for unit in apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer dpkg-db-backup.timer systemd-tmpfiles-clean.timer console-getty.service postgresql.service; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit"
done

ip netns add "$name"
ip -n "$name" link set lo up
# The far end of the cable is in a namespace of its own: in the same one it would answer for the address, too.
ip netns add "$name-far"
ip -n "$name" link add eth9 type veth peer name eth9 netns "$name-far"
ip -n "$name-far" link set eth9 up
ip -n "$name" addr add 10.9.9.1/24 dev eth9
ip -n "$name" link set eth9 up
setsid systemd-nspawn -q -D "$root" --volatile=overlay --boot --register=no --keep-unit --network-namespace-path="/run/netns/$name" --machine="$name" \
  --capability=CAP_NET_ADMIN,CAP_NET_RAW,CAP_SYS_RESOURCE --bind-ro="$work:/mnt" --console=pipe </dev/null >"$work/console.log" 2>&1 &
container=$!

inside() { nsenter -t "$leader" -m -p -u -i -n -C "$@"; }
failed() {
  echo "FAILED: $1" >&2
  inside journalctl -u haconsole --no-pager -n 30 >&2 || true
  exit 1
}
now() { # WHAT COMMAND...
  local what=$1
  shift
  "$@" >"$work/output" 2>&1 || { cat "$work/output" >&2; failed "$what"; }
  echo "ok: $what"
}
until_true() { # WHAT COMMAND...
  local what=$1
  shift
  for _ in $(seq 450); do
    "$@" >/dev/null 2>&1 && { echo "ok: $what"; return; }
    sleep 0.1
  done
  failed "$what"
}
not() { ! "$@"; }
has_leader() { leader=$(pgrep -P "$container" | head -n 1) && [ -n "$leader" ]; }
install_package() { inside env DEBIAN_FRONTEND=noninteractive dpkg --force-confold -i "/mnt/$1"; }
answers() { inside curl --silent --fail --max-time 5 http://10.9.9.1:8080/health/active; }
metrics() { inside curl --silent --fail --max-time 5 --unix-socket /var/lib/haconsole/control.sock http://localhost/metrics; }
database() { metrics | grep -q '^haconsole_database_up 1'; }
holds() { inside ip -br addr show dev eth9 | grep -q '10\.9\.9\.9/24'; }
runs() { inside pgrep -f '^/bin/sleep 86399' >/dev/null; }
processes() { inside pgrep -u haconsole >/dev/null || runs || inside pgrep -f haconsole.dll >/dev/null; }
backup() { inside sh -c 'tar tf /var/lib/haconsole/backups/before-upgrade-*.tar' | grep -q '^./settings/'; }
mode() { [ "$(inside stat -c '%U:%G %a' "$1")" = "$2" ]; }

until_true "the container boots" has_leader
until_true "systemd runs" inside systemctl is-system-running

# A lone server with a service and an address, told by a drop-in of the unit, as an administrator would.
inside mkdir -p /etc/systemd/system/haconsole.service.d
inside sh -c 'cat >/etc/systemd/system/haconsole.service.d/check.conf' <<'UNIT'
[Service]
Environment=Node__LocalAddress=10.9.9.1 Services__0__Name=worker Services__0__Type=process Services__0__Command=/bin/sleep Services__0__Arguments__0=86399
Environment=Addresses__0__Name=float Addresses__0__Address=10.9.9.9/24 Addresses__0__Interface=eth9
UNIT

now "it installs" install_package old.deb
now "it runs, and was ready when its start ended" inside systemctl is-active haconsole
now "it answers" answers
until_true "its service runs" runs
until_true "it holds its address" holds
until_true "its database was made" database
now "it does not run as root" inside pgrep -u haconsole -f haconsole.dll
now "its service cannot speak for the unit" inside sh -c '! tr "\0" "\n" </proc/$(pgrep -f "^/bin/sleep 86399")/environ | grep -q NOTIFY_SOCKET'
now "its data is its own" mode /var/lib/haconsole "haconsole:haconsole 700"
now "nobody else reads its settings" mode /etc/haconsole/environment "root:haconsole 640"
now "the command line finds it" inside haconsole status
inside haconsole status --format json >"$work/status.json"
now "its unit is sound" inside systemd-analyze verify --man=no haconsole.service
before=$(inside pgrep -f '^/bin/sleep 86399')
now "it reloads" inside systemctl reload haconsole
until_true "it answers again" answers
[ "$before" = "$(inside pgrep -f '^/bin/sleep 86399')" ] || failed "its service went on during the reload"
echo "ok: its service went on during the reload"
inside sh -c 'kill -KILL $(systemctl show -p MainPID --value haconsole)'
until_true "it comes back after a kill -9" answers
until_true "with its service" runs

inside sh -c 'echo "# of the administrator" >>/etc/haconsole/environment'
now "it upgrades" install_package new.deb
now "it runs after the upgrade" inside systemctl is-active haconsole
now "the administrator's line is kept" inside grep -q 'of the administrator' /etc/haconsole/environment
now "there is a backup of before" backup
now "nobody else reads the backup" inside sh -c '! find /var/lib/haconsole/backups -name "*.tar" -perm /077 | grep .'
until_true "its service runs after the upgrade" runs
until_true "its database was taken over" database
inside systemctl stop haconsole
now "an upgrade leaves a stopped server stopped" install_package new.deb
now "it is stopped" not inside systemctl --quiet is-active haconsole
inside systemctl start haconsole
until_true "it holds its address again" holds

now "it is removed" inside dpkg -r haconsole
now "no process is left" not processes
now "no address is left" not holds
now "no unit is left" not inside systemctl cat haconsole.service
now "its data is kept" inside test -d /var/lib/haconsole/settings
now "its settings are kept" inside test -e /etc/haconsole/environment
now "it is installed again" install_package old.deb
until_true "and goes on with its data" runs
now "it is purged" inside dpkg -P haconsole
now "no process is left after the purge" not processes
now "no address is left after the purge" not holds
now "no data is left" inside sh -c '! ls -d /var/lib/haconsole /etc/haconsole /usr/lib/haconsole /usr/bin/haconsole 2>/dev/null | grep .'
now "no user is left" not inside getent passwd haconsole
now "nothing is enabled" inside sh -c '! find /etc/systemd -xtype l -name "haconsole*" | grep .'
echo "the package installs, upgrades and goes without a trace"
