#!/usr/bin/env bash
# Measures what one server costs: health URL against bare Kestrel and nginx, start, memory, keep-alive traffic of the peer link.
# Writes the tables into docs/performance.md. Root (network namespaces).
#   scripts/bench-server.sh [--no-write]
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib/prepare.sh

if [ "$(id -u)" -ne 0 ]; then
  echo "bench-server: needs root, to make network namespaces" >&2
  exit 1
fi
need_commands wrk nginx ip python3
need_dotnet
dotnet build src/HaConsole.Web --configuration Release --nologo --verbosity quiet
dotnet build tests/HaConsole.Benchmarks --configuration Release --nologo --verbosity quiet
exec python3 scripts/bench/server.py \
  --program src/HaConsole.Web/bin/Release/net10.0/haconsole.dll \
  --kestrel tests/HaConsole.Benchmarks/bin/Release/net10.0/HaConsole.Benchmarks.dll "$@"
