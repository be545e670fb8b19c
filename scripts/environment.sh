# shellcheck shell=bash
# Sourced by the other scripts: what this project needs, from Debian and from the hashed requirements.
# Root installs what is missing; anyone else is told the exact command. `more_packages`: what one script needs beside.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# Thousands of processes are started: each would compile the whole code anew.
unset PYTHONDONTWRITEBYTECODE

packages=(
  age cage chromium chromium-driver clamav-daemon cups-client cups-daemon curl dosfstools e2fsprogs
  fonts-ipaexfont-gothic fonts-ipaexfont-mincho fonts-noto-cjk foot genisoimage grim groff-base iproute2 jq
  libnss3-tools lnav mount mtools nftables nmap nwipe p7zip-full poppler-utils python3-venv seatd shellcheck
  strace systemd systemd-container testdisk udev xorriso zbar-tools
)

# demand PACKAGE...
demand() {
  local package missing=()
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$package")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    printf '次を実行してから、やり直してください。 / Run this, then start again:\n  sudo apt-get install -y --no-install-recommends %s\n' "${missing[*]}" >&2
    exit 3
  fi
  printf '必要なものを入れています… / installing: %s\n' "${missing[*]}" >&2
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# shellcheck disable=SC2154 # set by a script that needs more
demand "${packages[@]}" ${more_packages[@]+"${more_packages[@]}"}

wanted=$(cat requirements/requirements-dev.txt pyproject.toml | sha256sum | cut -d' ' -f1)
if [ "$(cat .venv/installed 2>/dev/null)" != "$wanted" ]; then
  printf 'Python の環境を作っています… / making the Python environment\n' >&2
  rm -rf .venv
  python3 -m venv .venv
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/requirements-dev.txt
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
  printf '%s\n' "$wanted" >.venv/installed
fi

# What the pages are built from and with; only who builds or tests them needs it.
pages_environment() {
  local wanted
  command -v npm >/dev/null || demand nodejs npm
  wanted=$(sha256sum <scripts/pages/package-lock.json)
  if [ "$(cat scripts/pages/node_modules/installed 2>/dev/null)" != "$wanted" ]; then
    printf 'ページの部品を入れています… / installing what the pages are built from\n' >&2
    npm --prefix scripts/pages ci --silent
    printf '%s\n' "$wanted" >scripts/pages/node_modules/installed
  fi
}
