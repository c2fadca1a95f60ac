#!/usr/bin/env bash
# Measures what open pages of the console cost, and how soon they show a change of role. Writes the table into docs/performance.md.
#   scripts/bench-console.sh [PAGES [SWITCHES [ROUNDS]]]
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib/prepare.sh

tools=tests/HaConsole.EndToEnd.Tests/node
need_commands node npm pgrep "${CHROMIUM:-chromium}"
need_node_modules "$tools"
need_dotnet
dotnet build src/HaConsole.Web --configuration Release --nologo --verbosity quiet
exec node scripts/bench/console.mjs src/HaConsole.Web/bin/Release/net10.0/haconsole.dll "$PWD/$tools" "$@"
