#!/usr/bin/env bash
# Measures what an operator's switch costs clients of HAProxy that is not told, asks the agent, or is told by its runtime API, and writes
# the table into docs/performance.md. Root.
#   scripts/bench-balancer.sh [--runs 10] [--no-write]
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib/prepare.sh

if [ "$(id -u)" -ne 0 ]; then
  echo "bench-balancer: needs root, to make network namespaces" >&2
  exit 1
fi
need_commands haproxy ip python3
need_dotnet
dotnet build src/HaConsole.Web --configuration Release --nologo --verbosity quiet
exec python3 scripts/bench/balancer.py --program src/HaConsole.Web/bin/Release/net10.0/haconsole.dll "$@"
