#!/bin/bash
# Builds the wheel, installs it into a fresh environment, and tests the module as its users see it.
#
#   tests/python/run.sh [WHEEL] [engines]
#
# Without a wheel, one is built from this checkout as cargo builds tests. From PyPI come maturin, pytest, mypy, pyarrow, polars, DuckDB,
# pandas and huggingface_hub (some 300 MB), and with `engines` PySpark and Ray (1 GB more; Spark needs Java). The wheel itself is installed without a network.
set -euo pipefail
cd "$(dirname "$0")/../.."
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
wheel=
if [[ ${1:-} == *.whl ]]; then
    wheel=$1
    shift
fi
python3 -m venv "$place/tools"
if [ -z "$wheel" ]; then
    "$place/tools/bin/pip" install -q maturin
    PATH=$place/tools/bin:$PATH maturin build -q --profile dev --manifest-path src/python/Cargo.toml --out "$place/wheels"
    wheel=$(echo "$place"/wheels/*.whl)
fi
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install -q --no-index "$wheel"
"$place/venv/bin/pip" install -q pytest mypy pyarrow polars duckdb pandas huggingface_hub
if [ "${1:-}" = engines ]; then
    "$place/venv/bin/pip" install -q pyspark ray
fi
cd tests/python && exec "$place/venv/bin/python" -m pytest -q -p no:cacheprovider --durations 5
