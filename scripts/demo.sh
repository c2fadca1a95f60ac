#!/usr/bin/env bash
# Builds and runs a complete pair on this machine: servers on 127.0.0.11 and 127.0.0.12, HAProxy on 127.0.0.10. Ctrl-C ends it.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib/prepare.sh

need_commands haproxy setsid
need_postgresql
need_dotnet
configuration=${CONFIGURATION:-Release}
dotnet build src/HaConsole.Web --configuration "$configuration" --nologo --verbosity quiet
exec dotnet "src/HaConsole.Web/bin/$configuration/net10.0/haconsole.dll" demo "$@"
