#!/usr/bin/env bash
# What a release consists of, into dist/: wheel, sdist, the SBOM of what the wheel brings with it, and
# their SHA-256. All that takes part is named by hash in ci/requirements*.txt, and building twice gives
# the same bytes. Run it on a clean checkout, after ci/fill.py.
set -euo pipefail
cd "$(dirname "$0")/.."

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
SOURCE_DATE_EPOCH="$(git log -1 --format=%ct)"
export SOURCE_DATE_EPOCH

locked() { "$work/tools/bin/pip" --quiet --disable-pip-version-check "$@" --no-deps --require-hashes --only-binary :all:; }
"${PYTHON:-python3}" -m venv "$work/tools"
locked install -r ci/requirements-build.txt

rm -rf dist
for folder in dist "$work/again"; do
  "$work/tools/bin/python" -m build --no-isolation --outdir "$folder" . > "$work/build.log" || { cat "$work/build.log"; exit 1; }
done
for file in dist/*; do cmp "$file" "$work/again/${file#dist/}"; done

"${PYTHON:-python3}" -m venv --without-pip "$work/shipped"
locked --python "$work/shipped/bin/python" install -r ci/requirements.txt
"$work/tools/bin/pip" --quiet --python "$work/shipped/bin/python" install --no-deps --no-index dist/*.whl
"$work/tools/bin/cyclonedx-py" environment --output-reproducible \
  --output-file dist/sbom.cdx.json "$work/shipped/bin/python" 2> "$work/sbom.log" || { cat "$work/sbom.log"; exit 1; }
cd dist && sha256sum -- * > "$work/SHA256SUMS" && mv "$work/SHA256SUMS" .
