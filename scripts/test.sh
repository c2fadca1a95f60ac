#!/usr/bin/env bash
# Builds, checks the format, runs all tests and explores random fault schedules. The last line is "N passed, N failed".
#   CONFIGURATION=Debug scripts/test.sh     another configuration than Release
#   SEED=42 EXPLORE=200 scripts/test.sh     the same schedules again, or fewer
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
exec </dev/null
. scripts/lib/prepare.sh

configuration=${CONFIGURATION:-Release}
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
passed=0
failed=0

finish() {
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
  exit
}

# check NAME COMMAND...: a check that counts as one test; its output is shown when it fails.
check() {
  local name=$1 log="$results/check.log"
  shift
  echo "== $name"
  if "$@" >"$log" 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    tail -n 60 "$log"
    echo "FAILED: $name"
    return 1
  fi
}

counter() { grep -o "<Counters [^>]*" "$1" | grep -o " $2=\"[0-9]*" | grep -o '[0-9]*$'; }

# run_tests PROJECT: a host that dies without a result counts as one failure.
run_tests() {
  local name status file good bad
  name=$(basename "$1" .csproj)
  file="$results/$name.trx"
  echo "== $name"
  timeout --kill-after=10 1000 dotnet test "$1" --configuration "$configuration" --no-build \
    --logger "trx;LogFileName=$file" --logger "console;verbosity=minimal" --results-directory "$results"
  status=$?
  if [ ! -f "$file" ]; then
    # A project that has no tests ends well and writes no file.
    [ "$status" -eq 0 ] || { failed=$((failed + 1)); echo "FAILED: $name ended with status $status"; }
    return
  fi
  good=$(counter "$file" passed)
  bad=$(($(counter "$file" total) - good - $(counter "$file" notExecuted)))
  if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
    echo "FAILED: $name ended with status $status"
    bad=1
  fi
  passed=$((passed + good))
  failed=$((failed + bad))
}

# A violation is shrunk to a scenario file in the current directory: it is shown, the repository stays as it was.
explore() {
  local program status
  program="$PWD/src/HaConsole.Web/bin/$configuration/net10.0/haconsole.dll"
  mkdir "$results/explore"
  (cd "$results/explore" && timeout --kill-after=10 300 dotnet "$program" simulate --explore "$schedules" --seed "$seed")
  status=$?
  [ "$status" -eq 0 ] || head -n 40 "$results"/explore/*.json
  return "$status"
}

need_commands haproxy nginx keepalived nft ip arping ping curl ps setsid chromium node npm
need_postgresql
need_node_modules tests/HaConsole.EndToEnd.Tests/node || { echo "npm could not install what the browser tests need" >&2; failed=1; finish; }
need_dotnet || { failed=1; finish; }

echo "== build ($configuration)"
if ! dotnet build HaConsole.sln --configuration "$configuration" --nologo --verbosity quiet -warnaserror; then
  failed=1
  finish
fi

check "format" dotnet format HaConsole.sln --verify-no-changes --no-restore

# One after another: a second test host would disturb the timing of the first. The real processes come last.
mapfile -t projects < <(grep -l 'Microsoft.NET.Test.Sdk' tests/*/*.csproj | grep -v EndToEnd)
for project in "${projects[@]}"; do
  run_tests "$project"
done

seed=${SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
schedules=${EXPLORE:-2000}
check "simulate --explore $schedules --seed $seed" explore

run_tests tests/HaConsole.EndToEnd.Tests/HaConsole.EndToEnd.Tests.csproj
finish
