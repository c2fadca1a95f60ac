#!/usr/bin/env bash
# Checks the alert rules with promtool, and what a server really answers at /metrics with promtool's linter. Starts one lone server on a free
# loopback port and stops it again. Not part of test.sh, because it installs Prometheus for its tool.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib/prepare.sh

if ! command -v promtool >/dev/null; then
  # The package would start a server of its own; only its tool is wanted.
  folder=$(mktemp -d)
  (cd "$folder" && { apt-get download -q prometheus || { as_root apt-get update -q && apt-get download -q prometheus; }; } >/dev/null 2>&1 && dpkg-deb -x prometheus_*.deb "$folder") || true
  PATH="$PATH:$folder/usr/bin"
  trap 'rm -rf "$folder"' EXIT
fi
command -v promtool >/dev/null || { echo "check-metrics: promtool (Debian package prometheus) could not be had" >&2; exit 1; }
need_commands curl
need_dotnet

promtool check rules docs/monitoring/alerts.yml
(cd docs/monitoring && promtool test rules alerts.test.yml)

configuration=${CONFIGURATION:-Release}
program=src/HaConsole.Web/bin/$configuration/net10.0/haconsole.dll
[ -e "$program" ] || dotnet build src/HaConsole.Web --configuration "$configuration" --nologo --verbosity quiet
data=$(mktemp -d)
port=$((20000 + RANDOM % 10000))
Node__HttpPort=$port Node__PeerPort=$((port + 10000)) dotnet "$program" run --data-directory "$data" >"$data/output" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null || true; rm -rf "$data" "${folder:-$data}"' EXIT
for _ in $(seq 300); do
  curl --silent --fail --unix-socket "$data/control.sock" http://localhost/metrics --output "$data/metrics" && break
  kill -0 "$server" 2>/dev/null || break
  sleep 0.1
done
[ -s "$data/metrics" ] || { cat "$data/output" >&2; echo "check-metrics: the server gave no metrics" >&2; exit 1; }
promtool check metrics <"$data/metrics"
echo "ok: $(grep -c '^# TYPE' "$data/metrics") metrics of a lone server, $(grep -c 'alert:' docs/monitoring/alerts.yml) rules"
