#!/usr/bin/env bash
# All tests. Ends with a line "N passed, N failed".
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet test HaConsole.sln
