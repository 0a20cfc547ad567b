#!/bin/sh
# Prints a Python of version 3.11 or newer, or says what to install. PYTHON names one and is then the only one tried.
#
# Every candidate is run: a version manager's shim can be on PATH and still not work.
set -eu

works() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

for candidate in ${PYTHON:-python3.11 python3.12 python3.13 python3 python}; do
    if works "$candidate"; then
        command -v "$candidate"
        exit 0
    fi
done

if [ -n "${PYTHON:-}" ]; then
    echo "PYTHON=$PYTHON does not run, is older than 3.11, or lacks the venv module." >&2
else
    echo "Goodword needs Python 3.11 or newer with its venv module, and none was found on PATH." >&2
fi
echo "On Debian or Ubuntu: apt-get install python3 python3-venv    Elsewhere: PYTHON=/path/to/python3.11 make ..." >&2
exit 1
