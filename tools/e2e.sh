#!/usr/bin/env bash
# The end-to-end checks (tests/e2e/README.md): installs the Chromium and the npm packages they need, then runs them. `make e2e` calls it.
set -euo pipefail
cd "$(dirname "$0")/.."

tell() { printf '%s\n' "$*" >&2; }

if ! command -v npm >/dev/null || [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 20 ]; then
  tell "The end-to-end checks need Node 20 or newer with npm; there is $(node --version 2>/dev/null || echo none)."
  tell "Install it from your system's packages or nodejs.org, and run make e2e again."
  exit 2
fi

if ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null && ! command -v google-chrome >/dev/null; then
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then as_root=(sudo --non-interactive); fi
  if ! command -v apt-get >/dev/null || ! "${as_root[@]}" true 2>/dev/null; then
    tell "The end-to-end checks need Chromium, which can only be installed for you on Debian or Ubuntu as root or with sudo."
    tell "Install it (as root: apt-get install chromium) and run make e2e again."
    exit 2
  fi
  tell "Installing Chromium (once, about a minute) ..."
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
fi

packages=tests/e2e/node_modules
if ! cmp -s tests/e2e/package-lock.json "$packages/.of-this-lock"; then
  tell "Installing the npm packages of the checks (once) ..."
  npm ci --prefix tests/e2e --ignore-scripts --no-audit --no-fund --loglevel=error
  cp tests/e2e/package-lock.json "$packages/.of-this-lock"
fi

exec "${VENV:-.venv}/bin/pytest" tests/e2e "$@"
