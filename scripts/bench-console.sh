#!/usr/bin/env bash
# Measures what open pages of the console cost, and how soon they show a change of role. Prints a table for docs/performance.md.
# Needs Chromium, node, and the npm package playwright-core in the directory that NODE_TOOLS names (default: the current one).
#   scripts/bench-console.sh [PAGES [SWITCHES]]
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib/prepare.sh

need_commands node pgrep "${CHROMIUM:-chromium}"
need_dotnet
dotnet build src/HaConsole.Web --configuration Release --nologo --verbosity quiet
exec node scripts/bench/console.mjs src/HaConsole.Web/bin/Release/net10.0/haconsole.dll "${NODE_TOOLS:-$PWD}" "$@"
