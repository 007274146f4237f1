#!/bin/sh
# Installs the programs that the tests run, where they are missing.
set -eu

wanted=
need() { command -v "$1" >/dev/null 2>&1 || wanted="$wanted $2"; }
need sipp sip-tester      # rings and answers
need baresip baresip-core # a real softphone; its modules come with it
need gcc gcc              # the race detector's binary
need curl curl            # asks for the list of known vulnerabilities
[ -e /usr/include/stdlib.h ] || wanted="$wanted libc6-dev"

[ -n "$wanted" ] || exit 0
echo "installing:$wanted"
command -v apt-get >/dev/null 2>&1 || { echo "no apt-get here: install$wanted by hand" >&2; exit 1; }
as=
if [ "$(id -u)" != 0 ]; then
	command -v sudo >/dev/null 2>&1 || { echo "neither root nor sudo: install$wanted by hand" >&2; exit 1; }
	as=sudo
fi
$as apt-get update -q >/dev/null
# shellcheck disable=SC2086 # a list of packages
$as env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $wanted >/dev/null
