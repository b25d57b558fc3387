#!/usr/bin/env bash
# The browser tests' program: installed if it is missing and that is possible here (root on Debian). Elsewhere the tests
# fail and name it, unless PLEAMAR_WITHOUT=browser says to go without them.
set -euo pipefail
case ",${PLEAMAR_WITHOUT:-}," in *,browser,*) exit 0 ;; esac
command -v chromium >/dev/null && exit 0
[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || exit 0
apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y chromium >/dev/null
