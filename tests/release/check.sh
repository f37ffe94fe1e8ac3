#!/bin/bash
# Tries what `build.sh` has made on this machine, as somebody without Rust has it: no network, no compiler, an empty environment.
#
#   tests/release/check.sh OUT [PYTHON...]
#
# Each PYTHON (3.10 or later; `python3` by default) gets an environment of its own with the wheel for this machine. The binary for it is
# tried, too, where there is one.
set -euo pipefail
out=$(realpath "${1:?the folder that build.sh has filled}")
shift
samples=$(realpath "$(dirname "$0")/../../samples")
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
machine=$(uname -m)
(cd "$out" && sha256sum --quiet -c SHA256SUMS)
if unshare -rn true 2> /dev/null; then offline=(unshare -rn); else offline=(); fi
bare() { "${offline[@]}" env -i PATH="$1:/usr/bin:/bin" "${@:2}"; }

commands() { # FOLDER of the command
    bare "$1" copydesk --version
    bare "$1" copydesk run articles "$samples/news-english.jsonl.zst" "$samples/pages.jsonl.zst" -o out > printed
    grep -q '^all  *27  *19  *8 ' printed
    bare "$1" copydesk verify out > /dev/null
    rm -r out
}

for python in "${@:-python3}"; do
    "$python" -m venv venv
    bare "$PWD/venv/bin" pip install -q --no-index --disable-pip-version-check "$out"/copydesk-*-cp310-abi3-manylinux*_"$machine".whl
    bare "$PWD/venv/bin" python - <<'PY'
import sys, copydesk
article = copydesk.extract("<title>A wall</title><article><p>" + "The council voted on Tuesday to raise the harbour wall. " * 9 + "</article>", "https://a.example/1")
assert article.title == "A wall" and article.text and article.language == "en", article
print("Python", sys.version.split()[0], copydesk.__version__, repr(article))
PY
    commands "$PWD/venv/bin"
    rm -r venv
done
for binary in "$out"/copydesk-*-"$machine"-unknown-linux-musl.tar.gz; do
    [ -e "$binary" ] || continue
    tar -xzf "$binary" && commands "$PWD/$(basename "$binary" .tar.gz)"
done
echo "all of it works"
