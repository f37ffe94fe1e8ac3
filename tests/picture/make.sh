#!/bin/sh
# Makes all pages, pictures of them and the README's report.png, and asks axe: tests/picture/make.sh [OUT]
# It needs Chromium, Node with npm, and Python; PROGRAM is a copydesk to use in place of a release build.
set -eu
cd "$(dirname "$0")/../.."
out=${1:-$(mktemp -d)}
mkdir -p "$out"
out=$(cd "$out" && pwd)
[ -n "${PROGRAM:-}" ] || cargo build --quiet --release
program=$(realpath "${PROGRAM:-target/release/copydesk}")
picture=$PWD/tests/picture

rm -rf "$out/site"
python3 tests/picture/nights.py "$program" "$out/site"
# One of the samples is damaged on purpose, which is exit code 3.
"$program" run articles samples --output "$out/site/samples" --quiet 2> "$out/samples.log" || [ $? -eq 3 ]
cd "$out/site"
nights=nights/2026-11
printf 'format = 1\nextends = "nightly"\n\n[[stage]]\nchange = "drop-short"\nmin-words = 120\n' > strict.toml
"$program" what-if strict.toml $nights-23 $nights-24 --html what-if.html > what-if.txt
"$program" explain --run samples pages.jsonl.zst:1 --html explain.html > explain.txt

[ -d "$out/node_modules" ] || (cd "$out" && npm install --silent --no-save puppeteer-core axe-core)
cp "$picture/look.mjs" "$out/look.mjs"
node "$out/look.mjs" "$out" good=$nights-24/report.html drifted=$nights-25/report.html lost=$nights-26/report.html \
    samples=samples/report.html what-if=what-if.html explain=explain.html index=nights/index.html
cp "$out/readme.png" "$picture/report.png"
