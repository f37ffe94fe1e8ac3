#!/bin/sh
# Makes report.png, the README's picture of a report, from the samples: tests/picture/make.sh
# It needs Chromium (`apt install chromium`).
set -eu
cd "$(dirname "$0")/../.."
out=$(mktemp -d)
trap 'rm -r "$out"' EXIT
# One of the samples is damaged on purpose, which is exit code 3.
cargo run --quiet --release -- run articles samples --output "$out/run" --progress never > "$out/summary" || [ $? -eq 3 ]
chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --force-device-scale-factor=1 \
    --blink-settings=preferredColorScheme=1 --window-size=1000,1180 \
    --screenshot="$PWD/tests/picture/report.png" "file://$out/run/report.html" 2> "$out/chromium" || {
    cat "$out/chromium" >&2
    exit 1
}
