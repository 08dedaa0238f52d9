#!/usr/bin/env bash
# Installs vendorgate from SOURCES into $RUNNER_TEMP/vendorgate: what it needs by hash, itself as it
# stands there. Nothing of the checkout is run: Python starts elsewhere, and isolated (-I), as it
# would import a logging.py from the folder that it is started in.
set -euo pipefail

venv="$RUNNER_TEMP/vendorgate"
cd "$RUNNER_TEMP"
python -I -m venv "$venv"
"$venv/bin/python" -I -m pip install --quiet --disable-pip-version-check --no-deps \
  --require-hashes --only-binary :all: -r "$SOURCES/ci/${LOCK:-requirements.txt}"
site="$("$venv/bin/python" -I -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
printf '%s\n' "$SOURCES" > "$site/vendorgate.pth"
# shellcheck disable=SC2016  # the command's own arguments
printf '#!/bin/sh\nexec "%s/bin/python" -I -m checker "$@"\n' "$venv" > "$venv/bin/vendorgate"
chmod +x "$venv/bin/vendorgate"
# later steps find the command, and no other Python than theirs
mkdir -p "$venv/command"
ln -sf ../bin/vendorgate "$venv/command/vendorgate"
if [ -n "${GITHUB_PATH:-}" ]; then printf '%s\n' "$venv/command" >> "$GITHUB_PATH"; fi
