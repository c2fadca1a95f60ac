#!/usr/bin/env bash
# Measures how long copying and comparing a file set takes, side by side with rsync and lsyncd, and writes the table into
# docs/performance.md; then what many files cost in memory from comparison to comparison. Root.
#   scripts/bench-sync.sh [--runs 5] [--files 10000] [--megabytes 500] [--memory-files 200000] [--passes 6] [--only times|memory] [--no-write]
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib/prepare.sh

if [ "$(id -u)" -ne 0 ]; then
  echo "bench-sync: needs root, to make network and mount namespaces" >&2
  exit 1
fi
need_commands ip unshare mount python3 rsync lsyncd
need_dotnet
dotnet build src/HaConsole.Web --configuration Release --nologo --verbosity quiet
exec python3 scripts/bench/sync.py --program src/HaConsole.Web/bin/Release/net10.0/haconsole.dll "$@"
