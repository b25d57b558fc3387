#!/usr/bin/env bash
# The slow suites: what `make test` leaves out, and the suite's core again on the system's own PostgreSQL.
# Where a program for tests only is missing it is installed if that is possible here (root on Debian), else we fail.
set -euo pipefail
python=$1

# The oldest that will do: what every newer one has, it may lack.
binaries() { { ls -d /usr/lib/postgresql/*/bin 2>/dev/null || true; } | sort -V | awk -F/ '$5 >= 15' | head -n 1; }
if [ -z "$(binaries)" ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y postgresql >/dev/null
  else
    echo "make test-slow needs the system's PostgreSQL 15 or newer, for example Debian's package postgresql" >&2
    exit 1
  fi
fi

bash "$(dirname "$0")/chromium.sh"
"$python" -m pytest -n auto -m slow
found=$(binaries)
echo "The core again, on $("$found/postgres" --version) in $found:"
PG_BINDIR=$found "$python" -m pytest -n auto -m "not slow" tests/actions tests/queries tests/stories
