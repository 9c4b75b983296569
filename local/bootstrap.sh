#!/bin/sh
# Make the project's own environment (.venv) from its lock file, then run `python -m local` in it.
#
# usage: sh local/bootstrap.sh COMMAND [ARGUMENTS…]
#
# Needs Python 3.13. It is looked for, in this order, as python3.13, python3 and python on PATH, among pyenv's
# versions (even when another one is the default), and through uv, which fetches it when it has none. A name on
# PATH proves nothing (pyenv leaves one there for every version, whether or not it works), so each is tried.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
environment="$root/.venv"
stamp="$environment/installed-requirements.txt"

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

is_python_3_13() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, 13))' >/dev/null 2>&1
}

find_python() {
    for candidate in python3.13 python3 python; do
        if is_python_3_13 "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    for candidate in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.13*/bin/python; do
        if is_python_3_13 "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    if command -v uv >/dev/null 2>&1; then
        candidate=$(uv python find 3.13 2>/dev/null) ||
            { uv python install 3.13 >&2 && candidate=$(uv python find 3.13); } || return 1
        if is_python_3_13 "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    fi
    return 1
}

make_environment() {
    python=$(find_python) ||
        fail "Python 3.13 was not found (as python3.13, in pyenv or through uv): install it, or install uv, which fetches it."
    printf 'Making .venv with %s …\n' "$python" >&2
    started=$(date +%s)
    log="$root/.local/bootstrap.log"
    mkdir -p "$root/.local"
    "$python" -m venv --clear "$environment" >"$log" 2>&1 ||
        fail "$python could not make .venv: see $log"
    # uv comes first, by pip and its own hash: it installs the rest many times faster than pip does.
    "$environment/bin/python" -m pip install --quiet --require-hashes \
        --requirement "$root/local/requirements/uv.txt" >>"$log" 2>&1 ||
        fail "The Python packages could not be downloaded (is there a network?): see $log"
    "$environment/bin/uv" pip install --quiet --python "$environment/bin/python" --require-hashes \
        --requirement "$root/requirements-dev.txt" >>"$log" 2>&1 ||
        fail "The Python packages could not be downloaded (is there a network?): see $log"
    cp "$root/requirements-dev.txt" "$stamp"
    printf 'Made .venv in %s s\n' "$(($(date +%s) - started))" >&2
}

if [ "${1:-}" = find-python ]; then
    find_python || fail "Python 3.13 was not found."
    exit
fi
cmp -s "$root/requirements-dev.txt" "$stamp" || make_environment
cd "$root"
exec "$environment/bin/python" -m local "$@"
