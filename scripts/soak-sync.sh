#!/usr/bin/env bash
# Kills either server at random moments while settings and files change, for ten minutes (200 changes of settings, 2,000 of files), and checks that
# both end equal and nothing is lost. Root. The seed is printed: the same one makes the same decisions again.
#   scripts/soak-sync.sh [--seconds 600] [--settings 200] [--files 2000] [--seed N]
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib/prepare.sh

export HACONSOLE_SOAK_SECONDS=600 HACONSOLE_SOAK_SETTINGS=200 HACONSOLE_SOAK_FILES=2000 HACONSOLE_SOAK_SEED=$RANDOM
while [ $# -gt 0 ]; do
  case $1 in
    --seconds) HACONSOLE_SOAK_SECONDS=$2 ;;
    --settings) HACONSOLE_SOAK_SETTINGS=$2 ;;
    --files) HACONSOLE_SOAK_FILES=$2 ;;
    --seed) HACONSOLE_SOAK_SEED=$2 ;;
    *)
      echo "soak-sync: unknown option $1" >&2
      exit 2
      ;;
  esac
  shift 2
done
if [ "$(id -u)" -ne 0 ]; then
  echo "soak-sync: needs root, to make network namespaces and mounts" >&2
  exit 1
fi
need_commands ip nft
need_dotnet
echo "seed $HACONSOLE_SOAK_SEED"
exec dotnet test tests/HaConsole.EndToEnd.Tests --configuration "${CONFIGURATION:-Release}" ${NO_BUILD:+--no-build} --nologo \
  --filter "FullyQualifiedName~SoakScenarios" --logger "console;verbosity=detailed"
