# Sourced by the scripts beside this folder: says what is missing and installs what can be installed.

# Runs a command as root: directly, by sudo without a password prompt, or not at all (status 1).
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    sudo -n "$@"
  else
    return 1
  fi
}

# Debian package that brings a command.
package_of() {
  case "$1" in
    nft) echo nftables ;;
    ip) echo iproute2 ;;
    arping) echo iputils-arping ;;
    ping) echo iputils-ping ;;
    ps) echo procps ;;
    node) echo nodejs ;;
    postgres) echo postgresql ;;
    setpriv | setsid | unshare | nsenter) echo util-linux ;;
    systemd-nspawn) echo systemd-container ;;
    *) echo "$1" ;;
  esac
}

# need_commands COMMAND...: installs the packages of those that are missing; without the right to do so it says what is left out.
need_commands() {
  local command package missing=()
  PATH="$PATH:/usr/sbin:/sbin"
  export PATH
  for command in "$@"; do
    if ! command -v "$command" >/dev/null; then
      package=$(package_of "$command")
      [[ " ${missing[*]-} " == *" $package "* ]] || missing+=("$package")
    fi
  done
  [ "${#missing[@]}" -eq 0 ] && return 0
  if command -v apt-get >/dev/null && as_root true; then
    echo "installing ${missing[*]}"
    if as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null 2>&1 ||
      { as_root apt-get update -q >/dev/null && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null; }; then
      return 0
    fi
  fi
  echo "not installed: ${missing[*]} (what needs them is left out or runs on loopback addresses)" >&2
}

# The SDK that global.json asks for must be there.
need_dotnet() {
  if ! command -v dotnet >/dev/null; then
    echo "dotnet is not on the PATH: install the .NET SDK 10 (https://dot.net)" >&2
    return 1
  fi
  if ! dotnet --version >/dev/null 2>&1; then
    echo "the .NET SDK that global.json asks for is not installed: $(tr -d '\n' <global.json)" >&2
    return 1
  fi
}

# PostgreSQL's programs are not on the PATH; a cluster that the package would start by itself is not wanted.
need_postgresql() {
  ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 && return 0
  if as_root true; then
    as_root mkdir -p /etc/postgresql-common/createcluster.d
    echo "create_main_cluster = false" | as_root tee /etc/postgresql-common/createcluster.d/haconsole.conf >/dev/null
  fi
  need_commands postgres
}

# need_node_modules FOLDER: what its package-lock.json names, when that is not there yet.
need_node_modules() {
  command -v npm >/dev/null || return 1
  [ "$1/node_modules/.package-lock.json" -nt "$1/package-lock.json" ] && return 0
  echo "installing node modules of $1"
  npm ci --prefix "$1" --no-audit --no-fund --loglevel=error >/dev/null && touch "$1/node_modules/.package-lock.json"
}

# No compiler or build server may outlive the script.
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false
