#!/usr/bin/env bash
# Measures how long a client is not served when the Active changes, and writes the table into docs/performance.md. Root.
#   scripts/bench-failover.sh [address] [--runs 12] [--only TEXT] [--no-write]
# "address": through the managed address instead of at the services themselves and by way of HAProxy.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib/prepare.sh

if [ "$(id -u)" -ne 0 ]; then
  echo "bench-failover: needs root, to make network namespaces" >&2
  exit 1
fi
measure=failover
if [ "${1-}" = address ]; then
  measure=address
  shift
fi
need_commands haproxy keepalived ip ping python3
need_dotnet
dotnet build src/HaConsole.Web --configuration Release --nologo --verbosity quiet
exec python3 scripts/bench/$measure.py --program src/HaConsole.Web/bin/Release/net10.0/haconsole.dll "$@"
