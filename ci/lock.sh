#!/usr/bin/env bash
# Names to setup-python the file by which it keeps what pip downloads: it must lie in the checkout,
# where this puts it under a name that nobody could know. What is restored is held against the same
# hashes as what is downloaded.
set -euo pipefail

if [ "$CACHE" != true ]; then exit 0; fi
folder="$(mktemp -d "$GITHUB_WORKSPACE/.vendorgate-XXXXXX")"
cp "$SOURCES/ci/$LOCK" "$folder/requirements.txt"
{
  echo "folder=$folder"
  echo "file=$(basename "$folder")/requirements.txt"
} >> "$GITHUB_OUTPUT"
