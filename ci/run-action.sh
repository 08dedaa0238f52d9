#!/usr/bin/env bash
# The work of action.yml. Everything that a user or a pull request chose comes in the environment
# and is quoted; nothing of it is ever part of the script's text. What is written lies outside of
# the checkout, where a pull request cannot have put anything.
set -uo pipefail

case "$MODE" in
  check | review) ;;
  *)
    echo "error: mode is \"check\" or \"review\"" >&2
    exit 2
    ;;
esac

vendorgate="${VENDORGATE:-$RUNNER_TEMP/vendorgate/bin/vendorgate}"
out="$(mktemp -d "${RUNNER_TEMP:-/tmp}/vendorgate-out.XXXXXX")"
options=()
if [ -n "$POLICIES" ]; then options+=(-p "$POLICIES"); fi
# of a pull request: settings, policies and baseline are the base's
if [ -n "$BASE" ]; then options+=(--rules-from "$BASE"); fi

if [ "$MODE" = review ]; then
  if [ -d "$SNAPSHOT" ]; then options+=("$SNAPSHOT"); fi
  "$vendorgate" review --base "$BASE:$ALLOWLIST" --head "$ALLOWLIST" "${options[@]}" \
    -f "json=$out/report.json" -f "markdown=$out/summary.md" -f github
  code=$?
else
  if [ "$ALLOW_GAPS" = true ]; then options+=(--allow-gaps); fi
  "$vendorgate" check "$SNAPSHOT" -a "$ALLOWLIST" --fail-on "$FAIL_ON" "${options[@]}" \
    -f "json=$out/report.json" -f "markdown=$out/summary.md" \
    -f "sarif=$out/vendorgate.sarif" -f "junit=$out/junit.xml" -f github
  code=$?
fi

{
  echo "code=$code"
  echo "report=$out/report.json"
  echo "markdown=$out/summary.md"
  if [ -f "$out/vendorgate.sarif" ]; then echo "sarif=$out/vendorgate.sarif"; fi
} >> "$GITHUB_OUTPUT"
# `check -f github` writes the summary itself; GitHub takes 1 MiB of a step's and shows nothing of more
if [ "$MODE" = review ] && [ -f "$out/summary.md" ]; then head -c 1000000 "$out/summary.md" >> "$GITHUB_STEP_SUMMARY"; fi
exit 0 # the verdict is the last step's, so that SARIF and comment are published before it
