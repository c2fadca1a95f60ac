#!/usr/bin/env bash
# Makes the pictures of README.md and docs/ from the running demo.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib/prepare.sh

need_commands haproxy setsid chromium node npm
need_postgresql
need_dotnet
need_node_modules tests/HaConsole.EndToEnd.Tests/node
configuration=${CONFIGURATION:-Release}
dotnet build src/HaConsole.Web --configuration "$configuration" --nologo --verbosity quiet
log=$(mktemp)
setsid dotnet "src/HaConsole.Web/bin/$configuration/net10.0/haconsole.dll" demo >"$log" 2>&1 &
demo=$!
trap 'kill -TERM "$demo" 2>/dev/null; wait "$demo" 2>/dev/null; rm -f "$log"' EXIT
for _ in $(seq 300); do
  grep -q 'Ctrl-C stops' "$log" && break
  kill -0 "$demo" 2>/dev/null || { cat "$log"; exit 1; }
  sleep 0.2
done
read -r user password < <(sed -n 's/.*Sign in *\([^ ]*\) *\([^ ]*\).*/\1 \2/p' "$log" | head -n 1)
node tests/HaConsole.EndToEnd.Tests/node/pictures.mjs http://127.0.0.11:8080/ "$user" "$password" docs/images
