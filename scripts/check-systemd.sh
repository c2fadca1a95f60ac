#!/usr/bin/env bash
# Checks services of type systemd against a real systemd: boots one in a container of its own (root; about a minute the first time)
# and lets a server start, watch and stop a unit there. Not part of test.sh, because it installs a small Debian.
#   scripts/check-systemd.sh [DIRECTORY FOR THE ROOT FILE SYSTEM]
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib/prepare.sh

root=${1:-/var/tmp/haconsole-systemd}
name=hcs$$
if [ "$(id -u)" -ne 0 ]; then
  echo "check-systemd: needs root, to boot a container" >&2
  exit 1
fi
need_commands systemd-nspawn debootstrap ip nsenter curl
need_dotnet
app=$(mktemp -d)
dotnet publish src/HaConsole.Web --configuration Release --output "$app" --nologo --verbosity quiet

if [ ! -e "$root/usr/bin/systemctl" ]; then
  debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,libicu72,libssl3,ca-certificates bookworm "$root" >/dev/null
fi
for unit in apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer dpkg-db-backup.timer systemd-tmpfiles-clean.timer console-getty.service; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
cat >"$root/etc/systemd/system/managed.service" <<'UNIT'
[Service]
ExecStart=/bin/sleep infinity
UNIT
dotnet_home=$(dirname "$(readlink -f "$(command -v dotnet)")")
cat >"$root/etc/systemd/system/haconsole.service" <<UNIT
[Service]
Environment=Node__DataDirectory=/var/lib/haconsole Services__0__Name=managed Services__0__Type=systemd Services__0__Unit=managed.service
ExecStart=$dotnet_home/dotnet /opt/app/haconsole.dll run
TimeoutStopSec=90
UNIT

ip netns add "$name"
ip -n "$name" link set lo up
setsid systemd-nspawn -q -D "$root" --volatile=overlay --boot --register=no --keep-unit --network-namespace-path="/run/netns/$name" --machine="$name" \
  --bind-ro="$dotnet_home" --bind-ro="$app:/opt/app" --console=pipe </dev/null >"$app/console.log" 2>&1 &
container=$!
finish() {
  inside systemctl poweroff >/dev/null 2>&1 || kill "$container" 2>/dev/null || true
  wait "$container" 2>/dev/null || true
  ip netns del "$name"
  rm -rf "$app"
}
trap finish EXIT

leader=""
inside() { nsenter -t "$leader" -m -p -u -i -n -C "$@"; }
until_true() { # WHAT COMMAND...
  local what=$1
  shift
  for _ in $(seq 300); do
    "$@" >/dev/null 2>&1 && { echo "ok: $what"; return; }
    sleep 0.1
  done
  echo "FAILED: $what" >&2
  inside journalctl -u haconsole --no-pager -n 20 >&2 || true
  exit 1
}
has_leader() { leader=$(pgrep -P "$container" | head -n 1) && [ -n "$leader" ]; }
unit_is() { [ "$(inside systemctl is-active "$1")" = "$2" ]; }
status_says() { inside "$dotnet_home/dotnet" /opt/app/haconsole.dll status --data-directory /var/lib/haconsole | grep -q "$1"; }

until_true "the container boots" has_leader
until_true "systemd runs" inside systemctl is-system-running
inside systemctl start haconsole
until_true "the Active starts its unit" unit_is managed.service active
until_true "the status says so" status_says "service managed: Running"
inside systemctl kill --signal=KILL managed.service
until_true "the watchdog starts a killed unit again" status_says "service managed: Running, 1 restart"
inside systemctl stop haconsole
until_true "a stopped server stops its unit" unit_is managed.service inactive
