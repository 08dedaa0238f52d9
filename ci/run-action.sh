#!/usr/bin/env bash
# The work of action.yml. Everything that a user or a pull request chose comes in the environment
# and is quoted; nothing of it is ever part of the script's text, and paths stand behind --, as one
# may look like an option. What is written lies outside of the checkout, where a pull request cannot
# have put anything.
set -uo pipefail

refuse() {
  echo "error: $1" >&2
  exit 2
}

case "$MODE" in
  aws | cloudformation | terraform | review | check) ;;
  *) refuse 'mode is "aws", "cloudformation", "terraform", "review" or "check"' ;;
esac
for switch in "$ALLOW_GAPS" "$ORGANIZATION" "$STRICT"; do
  case "$switch" in
    true | false) ;;
    *) refuse 'allow-gaps, organization and strict are "true" or "false"' ;;
  esac
done
cd -- "$WORKING_DIRECTORY" || refuse "working-directory: there is no such folder"

vendorgate="${VENDORGATE:-$RUNNER_TEMP/vendorgate/bin/vendorgate}"
out="$(mktemp -d "${RUNNER_TEMP:-/tmp}/vendorgate-out.XXXXXX")"
options=()
if [ -n "$POLICIES" ]; then options+=("--policies=$POLICIES"); fi
if [ -n "$BASELINE" ]; then options+=("--baseline=$BASELINE"); fi
# of a pull request: settings, policies and baseline are the base's
if [ -n "$BASE" ]; then options+=("--rules-from=$BASE"); fi

collect() { # the accounts to look at; 3: something could not be looked at, which the check judges
  local asked=(-o "$out/snapshot")
  if [ "$ORGANIZATION" = true ]; then asked+=(--organization); fi
  if [ -n "$ACCOUNTS" ]; then asked+=("--accounts=$ACCOUNTS"); fi
  if [ -n "$REGIONS" ]; then asked+=("--regions=$REGIONS"); fi
  if [ -n "$ROLE_NAME" ]; then asked+=("--role-name=$ROLE_NAME"); fi
  if [ -n "$EXTERNAL_ID" ]; then asked+=("--external-id=$EXTERNAL_ID"); fi
  "$vendorgate" collect aws "${asked[@]}"
  code=$?
  if [ "$code" -eq 0 ] || [ "$code" -eq 3 ]; then
    what=("$out/snapshot")
    gate
  fi
}

gate() { # holds `what` against the allowlist
  if [ "$ALLOW_GAPS" = true ]; then options+=(--allow-gaps); fi
  "$vendorgate" check "--allowlist=$ALLOWLIST" "--fail-on=$FAIL_ON" "--root=${GITHUB_WORKSPACE:-.}" \
    "${options[@]}" -f "json=$out/report.json" -f "markdown=$out/summary.md" \
    -f "sarif=$out/vendorgate.sarif" -f "junit=$out/junit.xml" -f github -- "${what[@]}"
  code=$?
}

case "$MODE" in
  review)
    what=()
    if [ -d "$SNAPSHOT" ]; then what=("$SNAPSHOT"); fi
    "$vendorgate" review "--base=$BASE:$ALLOWLIST" "--head=$ALLOWLIST" "${options[@]}" \
      -f "json=$out/report.json" -f "markdown=$out/summary.md" -f github -- "${what[@]}"
    code=$?
    ;;
  aws) collect ;;
  check)
    what=("$SNAPSHOT")
    gate
    ;;
  *)
    what=()
    while IFS= read -r path; do
      if [ -n "$path" ]; then what+=("$path"); fi
    done <<< "$PATHS"
    options+=("--$MODE" "--account=$ACCOUNT")
    if [ "$STRICT" = true ]; then options+=(--strict); fi
    gate
    ;;
esac

{
  echo "code=$code"
  if [ -d "$out/snapshot" ]; then echo "snapshot=$out/snapshot"; fi
  for file in report:report.json markdown:summary.md sarif:vendorgate.sarif junit:junit.xml; do
    if [ -f "$out/${file#*:}" ]; then echo "${file%%:*}=$out/${file#*:}"; fi
  done
  if [ -f "$out/report.json" ]; then
    "${PYTHON:-$RUNNER_TEMP/vendorgate/bin/python}" -I "$(dirname "$0")/action_outputs.py" "$out/report.json"
  else
    echo "verdict=error"
  fi
} >> "$GITHUB_OUTPUT"
# `check -f github` writes the summary itself; GitHub takes 1 MiB of a step's and shows nothing of more
if [ "$MODE" = review ] && [ -f "$out/summary.md" ]; then head -c 1000000 "$out/summary.md" >> "$GITHUB_STEP_SUMMARY"; fi
exit 0 # the verdict is the last step's, so that SARIF and comment are published before it
