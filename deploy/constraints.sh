#!/usr/bin/env bash
# Makes deploy/constraints.txt again: the version of each package that a clean install of this
# checkout brings, and of what builds it. Run it, run the tests, commit.
set -euo pipefail
cd "$(dirname "$0")/.."
clean=$(mktemp -d)
trap 'rm -rf "$clean"' EXIT
python3 -m venv "$clean"
"$clean/bin/pip" install --quiet --disable-pip-version-check . hatchling
{
  echo "# Made by deploy/constraints.sh; not to be edited. Python $(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')."
  "$clean/bin/pip" freeze | grep -v '^tubenotes-bot '
} >"$clean/constraints.txt"
cp "$clean/constraints.txt" deploy/constraints.txt
