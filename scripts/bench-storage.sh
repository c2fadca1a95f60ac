#!/usr/bin/env bash
# Seeds events into an embedded database of its own in a temporary folder and measures pages, filters and text searches. Removes everything after.
#   scripts/bench-storage.sh [EVENTS]     default 10,000,000 (about 8 GB in the folder for temporary files)
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib/prepare.sh

need_dotnet
if [ ! -d /usr/lib/postgresql ] && ! command -v initdb >/dev/null; then
  echo "bench-storage: PostgreSQL is not installed: install the package postgresql" >&2
  exit 1
fi
dotnet build tests/HaConsole.Benchmarks --configuration Release --nologo --verbosity quiet
exec dotnet tests/HaConsole.Benchmarks/bin/Release/net10.0/HaConsole.Benchmarks.dll storage "${1:-10000000}"
