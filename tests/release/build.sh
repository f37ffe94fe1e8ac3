#!/bin/bash
# Makes what a release consists of: wheels, the source distribution, static binaries, the packaged crate, and their checksums.
#
#   tests/release/build.sh OUT [TARGET...]
#
# The targets are x86_64 and aarch64 -unknown-linux-gnu (wheels for manylinux2014) and -unknown-linux-musl (wheels for musllinux, and the
# binaries, which need no library of the system); all of them by default. It needs rustup, Python and a network: the compilers and libraries
# for other systems are zig's, which comes from PyPI, so that any Linux will do. A target takes ten minutes on two cores.
set -euo pipefail
out=$(mkdir -p "${1:?a folder}" && realpath "$1")
shift
cd "$(dirname "$0")/../.."
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
    targets=({x86_64,aarch64}-unknown-linux-{gnu,musl})
fi
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python3 -m venv "$tools"
"$tools/bin/pip" install -q maturin ziglang cargo-zigbuild
export PATH=$tools/bin:$PATH
COPYDESK_COMMIT=${COPYDESK_COMMIT:-$(git rev-parse HEAD)}
export COPYDESK_COMMIT
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)

wheel() { # TARGET COMPATIBILITY
    maturin build --release --zig --features remote --target "$1" --compatibility "$2" --manifest-path src/python/Cargo.toml --out "$out"
}

binary() { # TARGET
    local name=copydesk-$version-$1
    cargo zigbuild --locked --release --features remote --target "$1" --config 'profile.release.strip="symbols"'
    mkdir -p "$tools/$name"
    cp "${CARGO_TARGET_DIR:-target}/$1/release/copydesk" LICENSE README.md CHANGELOG.md "$tools/$name"
    tar -C "$tools" --sort=name --owner=0 --group=0 --mtime="@$(git log -1 --format=%ct)" -cf - "$name" | gzip -9n > "$out/$name.tar.gz"
}

for target in "${targets[@]}"; do
    rustup target add "$target"
    case $target in
        *-musl) wheel "$target" musllinux_1_2 && binary "$target" ;;
        *) wheel "$target" manylinux2014 ;;
    esac
done
maturin sdist --manifest-path src/python/Cargo.toml --out "$out"
cargo package --locked --no-verify
cp "${CARGO_TARGET_DIR:-target}/package/copydesk-$version.crate" "$out"
cd "$out" && rm -f SHA256SUMS && sha256sum -- * > SHA256SUMS && cat SHA256SUMS
