#!/usr/bin/env bash
# The slow suites: what `make test` leaves out, and the suite's core again on the system's own PostgreSQL.
# Where a program for tests only is missing it is installed if that is possible here (root on Debian), else we fail.
set -euo pipefail
python=$1

binaries() { ls -d /usr/lib/postgresql/1[5-9]/bin 2>/dev/null | head -n 1; }
if [ -z "$(binaries)" ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y postgresql >/dev/null
  else
    echo "make test-slow needs the system's PostgreSQL 15 or newer, for example Debian's package postgresql" >&2
    exit 1
  fi
fi

"$python" -m pytest -n auto -m slow
echo "The core again, on the PostgreSQL in $(binaries):"
PG_BINDIR=$(binaries) "$python" -m pytest -n auto -m "not slow" tests/actions tests/queries tests/stories
