"""What a pull request may try: each edit, and what the review must say. None passes in silence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.security.repository import (
    ALLOWLIST,
    FILES,
    HOUSE_RULE,
    REVIEW_RULE,
    SETTINGS,
    Edit,
    allow,
    known,
    make,
    put,
    read_once,
    settings,
    swap,
    top,
    vendor,
    waiver,
)
from tests.support.cli import vendorgate
from tests.support.rows import rows

TODAY = "2026-11-20"
BUILT_IN = Path(__file__).parents[2] / "policies"
GATE, CODEOWNERS = ".github/workflows/gate.yml", "CODEOWNERS"
HOUSE, CHANGE = "policies/house-rule.yaml", "policies/no-weekend-vendors.yaml"
Row = tuple[str, Edit, str, str]
"""Why, the edit, the kinds of its changes, and the review policies that it breaks; or, with `!`,
words of the refusal."""
VETTING = "{owner: o, reference: T-9, reviewed: 2026-11-01, expires: 2027-11-01, evidence: [{kind: SOC 2}]}"
OWN = "change-own-without-evidence"
OPEN, WIDE = "change-open-federation", "change-unbounded-scope"
BLANKET, LATE = "change-blanket-exception", "change-expires-too-late"
NO_PROOF, EARLY = "change-without-evidence", "change-reviewed-later"
POLICY, SETTING, BASELINE = (
    "change-weakened-policy",
    "change-weakened-setting",
    "change-grown-baseline",
)
NEW = "vendor-added account-added"


def scoped(scope: str, who: str = 'accounts: ["888888888888"]', vetting: str = VETTING) -> Edit:
    return vendor(f"{{name: New, {who}, scope: {scope}, vetting: {vetting}}}")


def federated(claims: str, issuer: str = "token.actions.githubusercontent.com") -> Edit:
    return scoped('{roles: ["Deploy"]}', f"federation: [{{issuer: {issuer}, claims: {claims}}}]")


def vetted(old: str, new: str) -> Edit:
    """A new vendor whose vetting differs."""
    return scoped('{roles: ["Ship"]}', vetting=VETTING.replace(old, new))


def built_in(policy: str, old: str, new: str) -> Edit:
    """A policy that takes the place of a built-in one."""
    text = (BUILT_IN / f"{policy}.yaml").read_text()
    assert old in text
    return {f"policies/{policy}.yaml": text.replace(old, new)}


NEW_VENDORS: list[Row] = [
    ("a vendor with a scope and evidence", scoped('{roles: ["Ship*"]}'), NEW, ""),
    ("without any scope", scoped("{}"), NEW, WIDE),
    ("with a scope that limits nothing: *", scoped('{roles: ["*"]}'), NEW, WIDE),
    ("?*", scoped('{roles: ["?*"]}'), NEW, WIDE),
    ("**", scoped('{roles: ["**"]}'), NEW, WIDE),
    ("*?", scoped('{roles: ["*?"]}'), NEW, WIDE),
    ("many question marks", scoped('{roles: ["????????*"]}'), NEW, WIDE),
    ("* beside a narrow one", scoped('{roles: ["*", "D*"]}'), NEW, WIDE),
    ("every role by its ARN", scoped('{roles: ["arn:aws:iam::*:role/*"]}'), NEW, WIDE),
    ("every role of ours by its ARN", scoped('{roles: ["arn:aws:iam::222222222222:role/*"]}'), NEW, WIDE),
    ("every partition", scoped('{roles: ["arn:*:iam::*:role/*"]}'), NEW, WIDE),
    ("the alphabet", scoped(f"{{roles: {json.dumps([c + '*' for c in 'abcdefghijklmnopqrstuvwxyz'])}}}"), NEW, WIDE),
    ("its whole account as principals", scoped('{principals: ["arn:aws:iam::888888888888:*"]}'), NEW, WIDE),
    ("any role of its account", scoped('{principals: ["arn:aws:iam::888888888888:role/?*"]}'), NEW, WIDE),
    ("any image id", scoped('{images: ["ami-*"]}'), NEW, WIDE),
    ("an external id alone", scoped("{external_id: required, max_privilege: read}"), NEW, WIDE),
    ("accounts of ours alone are a limit", scoped('{in_accounts: ["222222222222"]}'), NEW, ""),
    ("a principal of its own", scoped('{principals: ["arn:aws:iam::888888888888:role/ship"]}'), NEW, ""),
    ("without evidence", vetted("[{kind: SOC 2}]", "[]"), NEW, NO_PROOF),
    ("with evidence that has expired", vetted("{kind: SOC 2}", "{kind: SOC 2, expires: 2026-11-19}"), NEW, NO_PROOF),
    ("for ten years", vetted("2027-11-01", "2036-01-01"), NEW, LATE),
    ("reviewed tomorrow", vetted("2026-11-01", "2026-11-21"), NEW, EARLY),
    ("reviewed next year, when nobody looks", vetted("2026-11-01", "2027-01-01"), NEW, EARLY),
    ("without a ticket, which the base's own policy wants", vetted("T-9", "none"), NEW, "no-weekend-vendors"),
    ("as a draft", vetted("2026-11-01", ""), "vendor-drafted", ""),
    ("by a whole organization", scoped('{roles: ["Ship"]}', "organizations: [o-stranger123]"), "vendor-added organization-added", ""),
    ("by a product of the marketplace", scoped('{in_accounts: ["222222222222"]}', "marketplace_products: [code9]"), "vendor-added product-added", ""),
    ("named like another, over another company's account", scoped('{roles: ["Ship"]}', 'accounts: ["464622532012"]'), NEW, ""),
]  # fmt: skip
FED = "vendor-added federation-added"
FEDERATION: list[Row] = [
    ("one owner's repositories", federated('{sub: ["repo:ship/*"]}'), FED, ""),
    ("without claims", federated("{}"), FED, OPEN),
    ("with a claim that names nobody", federated('{sub: ["*"]}'), FED, OPEN),
    ("every repository", federated('{sub: ["repo:*"]}'), FED, OPEN),
    ("every owner", federated('{sub: ["repo:*/app:*"]}'), FED, OPEN),
    ("look-alikes of an owner", federated('{sub: ["repo:ship*"]}'), FED, OPEN),
    ("one owner beside all", federated('{sub: ["repo:ship/*", "*"]}'), FED, OPEN),
    ("an audience, which all have", federated('{aud: ["sts.amazonaws.com"]}'), FED, OPEN),
    ("the issuer as a URL", federated("{}", "https://token.actions.githubusercontent.com/"), FED, OPEN),
    ("in capitals", federated("{}", "Token.Actions.GithubUserContent.com"), FED, OPEN),
    ("another shared issuer", federated('{sub: ["project_path:*"]}', "gitlab.com"), FED, OPEN),
    ("a vendor's own issuer", federated("{}", "idp.vendor.example"), FED, ""),
    ("a claim of a known vendor that is wider", allow('["repo:acme/app:*"]', '["repo:acme*"]'), "federation-added federation-removed", OPEN),
    ("a claim that is wider within the owner", allow('["repo:acme/app:*"]', '["repo:acme/*"]'), "federation-added federation-removed", ""),
    ("no claim any more", allow(', claims: {sub: ["repo:acme/app:*"]}', ""), "federation-added federation-removed", OPEN),
]  # fmt: skip
VENDORS: list[Row] = [
    ("one account more", allow('["999999999999"]', '["999999999999", "888888888888"]'), "account-added", ""),
    ("another account", allow('["999999999999"]', '["888888888888"]'), "account-added account-removed", ""),
    ("an organization too", allow('accounts: ["999999999999"]\n', 'accounts: ["999999999999"]\n    organizations: [o-stranger123]\n'), "organization-added", ""),
    ("an account more, on evidence that has expired", allow('["666666666666"]', '["666666666666", "888888888888"]'), "account-added", NO_PROOF),
    ("a product more, on evidence that has expired", allow("[productcode1]", "[productcode1, x]"), "product-added", NO_PROOF),
    ("an account that moves", allow('accounts: ["666666666666"]', 'accounts: ["999999999999"]') | {}, "!stands on line", ""),
    ("one account moves, the other is new", {"allowlist.yaml": ALLOWLIST.replace('"999999999999"]\n    scope', '"888888888888"]\n    scope').replace('["666666666666"]', '["666666666666", "999999999999"]')}, "account-added account-moved", f"{NO_PROOF} change-moved-identity"),
    ("a new name", allow("Example Monitoring", "Example Observability"), "vendor-renamed", ""),
    ("a new name and an account more", {"allowlist.yaml": ALLOWLIST.replace("Example Monitoring", "Evil").replace('["999999999999"]\n    scope', '["999999999999", "888888888888"]\n    scope')}, "vendor-renamed account-added", ""),
    ("a vendor goes", {"allowlist.yaml": ALLOWLIST.replace(ALLOWLIST[ALLOWLIST.index("  - name: Example Pipelines"):ALLOWLIST.index("  - name: Old Backup")], "")}, "vendor-removed", ""),
    ("more roles", allow('["Monitoring*"]', '["Monitoring*", "Ops*"]'), "scope-widened", ""),
    ("any role", allow('      roles: ["Monitoring*"]\n', ""), "scope-widened", ""),
    ("any role, by a pattern", allow('["Monitoring*"]', '["?*"]'), "scope-widened", ""),
    ("a narrower role", allow('["Monitoring*"]', '["MonitoringRole"]'), "scope-narrowed", ""),
    ("any principal", allow('["arn:aws:iam::999999999999:role/collector-*"]', '["*"]'), "scope-widened", ""),
    ("more accounts of ours", allow('["222222222222"]', '["222222222222", "333333333333"]'), "scope-widened", ""),
    ("all accounts of ours", allow('      in_accounts: ["222222222222"]\n', ""), "scope-widened", ""),
    ("any image", allow('["example-agent-*"]', '["*"]'), "scope-widened", ""),
    ("no external id", allow("external_id: required", "external_id: optional"), "scope-widened", ""),
    ("more privilege", allow("max_privilege: read", "max_privilege: admin"), "scope-widened", ""),
    ("no limit of privilege", allow("      max_privilege: read\n", ""), "scope-widened", ""),
    ("any action", allow('actions: ["ec2:Describe*"], ', ""), "scope-widened", ""),
    ("nothing denied", allow('denied: ["iam:Generate*"], ', ""), "scope-widened", ""),
    ("more calls", allow("calls_per_hour: 5000", "calls_per_hour: 50000"), "scope-widened", ""),
    ("no scope at all", {"allowlist.yaml": ALLOWLIST.replace(ALLOWLIST[ALLOWLIST.index("    scope:\n"):ALLOWLIST.index("    vetting:\n")], "")}, "scope-widened", WIDE),
    ("a scope of patterns that limit nothing", {"allowlist.yaml": ALLOWLIST.replace(ALLOWLIST[ALLOWLIST.index("    scope:\n"):ALLOWLIST.index("    vetting:\n")], '    scope: {roles: ["**"], principals: ["arn:aws:iam::*:*"], images: ["?*"]}\n')}, "scope-widened", WIDE),
    ("wider, on evidence that has expired", allow('roles: ["Backup"]', 'roles: ["Backup*"]'), "scope-widened", NO_PROOF),
    ("a longer expiry", allow("expires: 2027-05-01\n", "expires: 2027-11-01\n"), "expiry-extended", ""),
    ("a much longer expiry", allow("expires: 2027-05-01\n", "expires: 2030-11-01\n"), "expiry-extended", LATE),
    ("a longer one, on evidence that has expired", allow("2026-12-31", "2027-05-01"), "expiry-extended", NO_PROOF),
    ("a shorter expiry", allow("expires: 2027-05-01\n", "expires: 2027-01-01\n"), "expiry-shortened", ""),
    ("another owner", allow("owner: sec@example.com\n      reference", "owner: me@example.com\n      reference"), "vetting-changed", ""),
    ("another reference", allow("T-1", "T-5"), "vetting-changed", ""),
    ("to be reviewed tomorrow", allow("reviewed: 2026-05-01\n", "reviewed: 2026-11-21\n"), "vetting-changed", EARLY),
    ("its evidence without an address", allow('"https://example.com/soc2"', '"x"'), "!https://", ""),
    ("its evidence in clear text", allow("https://example.com/soc2", "http://example.com/soc2"), "!https://", ""),
    ("its evidence nowhere", allow("https://example.com/soc2", "https:///soc2"), "!https://", ""),
    ("reviewed again", allow("reviewed: 2026-05-01\n", "reviewed: 2026-11-20\n"), "vetting-changed", ""),
    ("the address of its evidence", allow("https://example.com/soc2", "https://evil.example/soc2"), "vetting-changed", ""),
    ("the end of its evidence", allow("/soc2\", expires: 2027-06-01", "/soc2\", expires: 2099-06-01"), "vetting-changed", ""),
    ("no evidence any more", allow('[{kind: SOC 2, url: "https://example.com/soc2", expires: 2027-06-01}]', "[]"), "vetting-changed", ""),
    ("the draft becomes a vendor", allow("reviewed: , expires: , evidence: []", "reviewed: 2026-11-01, expires: 2027-05-01, evidence: []"), NEW, f"{NO_PROOF} {WIDE}"),
    ("the draft gets another account", allow("555555555555", "888888888888"), "vendor-drafted", ""),
    ("the same, written otherwise", allow('roles: ["Monitoring*"]', 'roles: ["Monitoring*", "MonitoringX"]'), "vendor-reworded", ""),
    ("wider and longer at once", {"allowlist.yaml": ALLOWLIST.replace('["Monitoring*"]', '["Mon*"]').replace("expires: 2027-05-01\n", "expires: 2030-01-01\n")}, "scope-widened expiry-extended", LATE),
]  # fmt: skip
OWNS: list[Row] = [
    ("an own account", allow('["111111111111"]', '["111111111111", "888888888888"]'), "own-account-added", OWN),
    ("an own organization", allow("[o-own1234567]", "[o-own1234567, o-stranger123]"), "own-organization-added", OWN),
    ("an own issuer", allow("[{issuer: idp.example.com}]", "[{issuer: idp.example.com}, {issuer: idp.evil.example}]"), "own-issuer-added", OWN),
    ("everybody on GitHub as our own", allow("[{issuer: idp.example.com}]", "[{issuer: token.actions.githubusercontent.com}]"), "!issues tokens to everybody", ""),
    ("the same with a claim of nobody", allow("{issuer: idp.example.com}", '{issuer: gitlab.com, claims: {sub: ["*"]}}'), "!issues tokens to everybody", ""),
    ("our own repositories, without evidence", allow("[{issuer: idp.example.com}]", '[{issuer: idp.example.com}, {issuer: gitlab.com, claims: {sub: ["project_path:us/*"]}}]'), "own-issuer-added", OWN),
    ("an image alias", allow("[amazon]", "[amazon, aws-marketplace]"), "image-alias-added", OWN),
    ("an own account, with its evidence", allow('accounts: ["111111111111"]', 'accounts: ["111111111111", "888888888888"]\n  evidence: [{kind: deed, expires: 2027-01-01}]'), "own-account-added vetting-changed", ""),
    ("with evidence that has expired", allow('accounts: ["111111111111"]', 'accounts: ["111111111111", "888888888888"]\n  evidence: [{kind: deed, expires: 2026-01-01}]'), "own-account-added vetting-changed", OWN),
    ("an own account less", allow('  accounts: ["111111111111"]\n', ""), "own-account-removed", ""),
    ("no alias any more", allow("image_aliases: [amazon]\n", ""), "image-alias-removed", ""),
]  # fmt: skip
ROLE = "arn:aws:iam::222222222222:role/Legacy"
WAIVERS: list[Row] = [
    ("one role", waiver("unvetted-account-trust", ROLE), "exception-added", ""),
    ("a few roles", waiver("unvetted-account-trust", f"{ROLE}-*"), "exception-added", ""),
    ("everything, of a high policy", waiver("unvetted-account-trust", "*"), "exception-added", BLANKET),
    ("of a critical one", waiver("denied-vendor-action", "*"), "exception-added", BLANKET),
    ("of the house's own", waiver("house-rule", "*"), "exception-added", BLANKET),
    ("of one that settings have lowered, as it stands", waiver("unvetted-marketplace-image", "*"), "exception-added", ""),
    ("of a medium one", waiver("shared-image", "*"), "exception-added", ""),
    *((f"by {pattern}", waiver("unvetted-account-trust", pattern), "exception-added", BLANKET) for pattern in (
        "?*", "**", "arn:*", "arn:aws:iam::*", "arn:aws:iam::*:role/*", "arn:aws:iam::????????????:role/?*",
        "*:role/*", "*role*", "*e*", "arn:aws:iam::*:role/D*", "arn:aws:iam::2222*:role/*", "arn:?ws:iam::*",
        "arn:aws:iam::222222222222:role/*", "*222222222222*", "*::222222222222:role*", "*ation*", "*Migration*", "*eports", "*Role*",
        "arn*ation", "arn:aws:iam*ation", "arn:aws:iam::222222222222:*", "arn:aws:iam::222222222222:role/*ation*",
        "arn:aws:iam::222222222222:role/Mi*9", "arn:aws:iam::222222222222:role*", "arn:aws:iam::222222222222:*Legacy",
        "arn:aws-cn:iam::222222222222:role/*", "arn:aws:lambda:*:*:function:*", "arn:aws:s3:::*", "arn:aws:sqs:*:*:*")),
    *((f"by a name, {pattern}", waiver("unvetted-account-trust", pattern), "exception-added", "") for pattern in (
        "arn:aws:iam::*:role/CI", "arn:aws:iam::*:role/Legacy*", "arn:aws:iam::222222222222:role/team-a/*", "*/Legacy",
        "arn:aws:lambda:*:222222222222:function:Ship*", "arn:aws:s3:::acme-reports/*", "arn:aws:sqs:*:*:orders-*",
        "arn:aws:ec2:*:222222222222:instance/i-0ab*", "allowlist.yaml#Example*")),
    ("of one vendor, in one account", waiver("unvetted-account-trust", "arn:aws:iam::222222222222:role/*", '"888888888888"'), "exception-added", BLANKET),
    ("of one vendor, in each account by itself", {"allowlist.yaml": ALLOWLIST + "".join(waiver("unvetted-account-trust", f"arn:aws:iam::{account}:*", '"888888888888"')["allowlist.yaml"].removeprefix(ALLOWLIST) for account in ("222222222222", "333333333333"))}, "exception-added", BLANKET),
    ("of one vendor, everywhere", waiver("unvetted-account-trust", "arn:aws:iam::*:role/*", '"888888888888"'), "exception-added", BLANKET),
    ("of all entries of the list", waiver("expired-vetting", "allowlist.yaml#*"), "exception-added", BLANKET),
    ("of all instances", waiver("unvetted-image-owner", "arn:aws:ec2:*:*:instance/i-*"), "exception-added", BLANKET),
    ("for ever", waiver("unvetted-account-trust", ROLE, expires="2099-01-01"), "exception-added", LATE),
    ("the same a second time, for longer", waiver("anyone-trust", "arn:aws:iam::222222222222:role/PublicData", expires="2027-10-01"), "!stands on line", ""),
    ("for longer", allow("expires: 2027-01-31\n", "expires: 2027-06-30\n"), "exception-extended", ""),
    ("for less long", allow("expires: 2027-01-31\n", "expires: 2026-12-31\n"), "exception-shortened", ""),
    ("for another reason", allow("reason: public data", "reason: no reason"), "exception-changed", ""),
    ("by another owner", {"allowlist.yaml": ALLOWLIST[:-70] + ALLOWLIST[-70:].replace("sec@", "me@")}, "exception-changed", ""),
    ("of another resource", allow("role/PublicData", "role/Admin"), "exception-added exception-removed", ""),
    ("of whoever it is", allow('principal: "999999999999"', 'principal: "*"'), "exception-added exception-removed", ""),
    ("no more", {"allowlist.yaml": ALLOWLIST[: ALLOWLIST.index("  - policy: anyone-trust")]}, "exception-removed", ""),
    ("of the engine's gaps", waiver("no-such-policy", ROLE), "!no policy is called", ""),
]  # fmt: skip
HIDDEN: list[Row] = [
    ("a line separator within a comment", allow("version: 1\n", "version: 1\n# x\u2028image_aliases2: []\n"), "!U+2028", ""),
    ("a paragraph separator", allow("version: 1\n", "version: 1\n# x\u2029y: 1\n"), "!U+2029", ""),
    ("NEL", allow("version: 1\n", "version: 1\n# x\x85y: 1\n"), "!U+0085", ""),
    ("a bare carriage return", allow("version: 1\n", "version: 1\n# x\ry: 1\n"), "!U+000D", ""),
    ("a bidi control", allow("T-1", "T-1\u202e"), "!U+202E", ""),
    ("a bidi isolate within a comment", allow("version: 1\n", "version: 1 # \u2066 x\n"), "!U+2066", ""),
    ("a zero-width space", allow("T-1", "T\u200b-1"), "!U+200B", ""),
    ("a zero-width space in a name", allow("name: Old Backup", "name: Example Monitoring\u200b"), "!U+200B", ""),
    ("a byte order mark in the middle", allow("T-1", "T\ufeff-1"), "!U+FEFF", ""),
    ("text as binary", allow("reference: T-1", "reference: !!binary VC01"), "!the tag", ""),
    ("a number as text", allow("reference: T-1", "reference: !!str 1"), "!the tag", ""),
    ("a tag of no kind", allow("reference: T-1", "reference: ! 1"), "!the tag", ""),
    ("a tag on a key", allow("version: 1", "!!str version: 1"), "!the tag", ""),
    ("an anchor on a key", allow("version: 1", "&a version: 1"), "!anchors", ""),
    ("a number by the clock", allow("calls_per_hour: 5000", "calls_per_hour: 100:00"), "!number", ""),
    ("a number in octal", allow("calls_per_hour: 5000", "calls_per_hour: 07777"), "!number", ""),
    ("a day by its week", allow("expires: 2027-05-01\n", 'expires: "2027-W52-1"\n'), "!a date is written", ""),
    ("a second document", {"allowlist.yaml": f"{ALLOWLIST}---\nversion: 1\n"}, "!second document", ""),
    ("a key twice", allow("version: 1\n", "version: 1\nimage_aliases: []\n"), "!stands here twice", ""),
]  # fmt: skip
RULES: list[Row] = [
    ("a policy disabled", {"vendorgate.toml": f'{SETTINGS}unvetted-account-trust = "later"\n'}, "policy-disabled", POLICY),
    ("a low one disabled", {"vendorgate.toml": f'{SETTINGS}dangling-principal = "later"\n'}, "policy-disabled", ""),
    ("a review policy disabled", {"vendorgate.toml": f'{SETTINGS}change-without-evidence = "later"\n'}, "policy-disabled", POLICY),
    ("the house's review policy, of low severity, disabled", {"vendorgate.toml": f'{SETTINGS}no-weekend-vendors = "x"\n'}, "policy-disabled", POLICY),
    ("one in force again", settings('unobserved-vendor = "the list is shared"\n', ""), "policy-enabled", ""),
    ("another reason", settings("the list is shared", "who knows"), "setting-changed", ""),
    ("a severity lowered", settings("[severity]\n", '[severity]\nanyone-trust = {level = "info", reason = "x"}\n'), "severity-lowered", POLICY),
    ("lowered from what settings said", settings('level = "medium"', 'level = "info"'), "severity-lowered", ""),
    ("a severity raised", settings("[severity]\n", '[severity]\ndangling-principal = {level = "high", reason = "x"}\n'), "severity-raised", ""),
    ("an override for another reason", settings("reviewed weekly", "never"), "setting-changed", ""),
    ("an override less", settings('unvetted-marketplace-image = {level = "medium", reason = "reviewed weekly"}\n', ""), "severity-raised", ""),
    ("the threshold", settings('fail-on = "high"', 'fail-on = "critical"'), "setting-changed", SETTING),
    ("a stricter threshold", settings('fail-on = "high"', 'fail-on = "low"'), "setting-changed", ""),
    ("gaps accepted", top("allow-gaps = true"), "setting-changed", SETTING),
    ("the built-in set left out", {"vendorgate.toml": "builtin = false\n"}, "!no policy is called", ""),
    ("the built-in set left out, with all exceptions", {"vendorgate.toml": 'builtin = false\nbaseline = "known.json"\n', "allowlist.yaml": ALLOWLIST[: ALLOWLIST.index("exceptions:")]}, "setting-changed exception-removed", SETTING),
    ("another allowlist", top('allowlist = "mine.yaml"'), "setting-changed", SETTING),
    ("another snapshot", top('snapshot = "mine"'), "setting-changed", SETTING),
    ("snapshots of any age", top("max-age = 4000"), "setting-changed", SETTING),
    ("younger snapshots", top("max-age = 1"), "setting-changed", ""),
    ("a format", top('format = ["json"]'), "setting-changed", ""),
    ("no settings any more", {"vendorgate.toml": None}, "setting-changed severity-raised policy-enabled baseline-shrunk", ""),
    ("settings of another file, that now counts", {"vendorgate.toml": None, "pyproject.toml": '[tool.vendorgate]\nfail-on = "critical"\n'}, "setting-changed severity-raised policy-enabled baseline-shrunk", SETTING),
    ("a setting that is unknown", top("fial-on = 'low'"), "!unknown key", ""),
    ("a policy that there is not", {"vendorgate.toml": f'{SETTINGS}no-such = "x"\n'}, "!no policy is called", ""),
    ("a bidi control in settings", settings("the list is shared", "the \u202elist"), "!U+202E", ""),
    ("a policy that passes everything", {HOUSE: HOUSE_RULE.replace("assert: starts_with(role.name, 'vendor-')", "assert: starts_with(role.name, 'vendor-') || role.name != 'M'")}, "policy-replaced", POLICY),
    ("a policy that looks at nothing", {HOUSE: HOUSE_RULE.replace("vetting.status == 'vetted'\n", "vetting.status == 'expired'\n")}, "policy-replaced", POLICY),
    ("a policy about something else", {HOUSE: HOUSE_RULE.replace("role_trust", "role_usage")}, "policy-replaced", POLICY),
    ("a policy of lower severity", {HOUSE: HOUSE_RULE.replace("severity: high", "severity: low")}, "severity-lowered", POLICY),
    ("another wording", {HOUSE: HOUSE_RULE.replace("rationale: r", "rationale: because")}, "policy-replaced", ""),
    ("a policy goes", {HOUSE: None}, "policy-removed", POLICY),
    ("a review policy goes", {CHANGE: None}, "policy-removed", POLICY),
    ("a review policy goes together with what it judges", {CHANGE: None} | vetted("T-9", "none"), f"policy-removed {NEW}", f"{POLICY} no-weekend-vendors"),
    ("a policy is new", {"policies/more.yaml": HOUSE_RULE.replace("house-rule", "more")}, "policy-added", ""),
    ("a policy that is not valid", {"policies/more.yaml": "id: more\n"}, "!missing", ""),
    ("a built-in policy replaced", built_in("unvetted-account-trust", "\nassert: vetting", "\nassert: principal.account != '999999999999' || vetting"), "!not as its own tests say", ""),
    ("replaced so that its own tests hold", built_in("anyone-trust", "severity: critical", "severity: info"), "severity-lowered", POLICY),
    ("replaced by one that passes one account", built_in("unvetted-account-trust", "\nassert: vetting.status", "\nassert: principal.account == '888888888888' || vetting.status"), "policy-replaced", POLICY),
    ("a review policy replaced", {"policies/change-without-evidence.yaml": REVIEW_RULE.replace("no-weekend-vendors", "change-without-evidence")}, "policy-replaced severity-lowered", POLICY),
    ("review and list weakened at once", {"vendorgate.toml": f'{SETTINGS}change-without-evidence = "x"\n'} | vetted("[{kind: SOC 2}]", "[]"), f"policy-disabled {NEW}", f"{POLICY} {NO_PROOF}"),
    ("two policies of one id", {"policies/more.yaml": HOUSE_RULE}, "!is that of", ""),
]  # fmt: skip
BASELINES: list[Row] = [
    ("one finding more", {"known.json": known("a", "b", "c")}, "baseline-grown", BASELINE),
    ("of medium severity", {"known.json": json.dumps({"schema": "vendorgate/baseline/v1", "findings": json.loads(known("a", "b"))["findings"] + json.loads(known("c", severity="medium", policy="shared-image"))["findings"]})}, "baseline-grown", ""),
    ("a worse severity of one that is known", {"known.json": known("a", "b", severity="critical")}, "baseline-grown", BASELINE),
    ("another resource under a known fingerprint", {"known.json": known("a", "b").replace("role/b", "role/z")}, "baseline-grown baseline-shrunk", BASELINE),
    ("one finding less", {"known.json": known("a")}, "baseline-shrunk", ""),
    ("another baseline", {"other.json": known("a", "b", "c")} | settings("known.json", "other.json"), "baseline-grown setting-changed", f"{BASELINE} {SETTING}"),
    ("no baseline any more", settings('baseline = "known.json"\n', ""), "baseline-shrunk setting-changed", ""),
    ("a baseline that is none", {"known.json": "{}"}, "!is no baseline", ""),
]  # fmt: skip
WORKFLOWS: list[Row] = [
    ("the gate's workflow goes", {GATE: None}, "setting-changed", SETTING),
    ("its step goes", swap(GATE, "      - uses: acme/vendorgate@1111111111111111111111111111111111111111 # v1\n", ""), "setting-changed", SETTING),
    ("its failure is let through", swap(GATE, "    steps:\n", "    continue-on-error: true\n    steps:\n"), "setting-changed", SETTING),
    ("a condition that never holds", swap(GATE, "    steps:\n", "    if: false\n    steps:\n"), "setting-changed", SETTING),
    ("fewer triggers", swap(GATE, ", vendorgate.toml]", "]"), "setting-changed", SETTING),
    ("another trigger", swap(GATE, "  pull_request:\n", "  pull_request_target:\n"), "setting-changed", SETTING),
    ("another input", swap(GATE, "{mode: review, ", "{mode: review, allow-gaps: true, "), "setting-changed", SETTING),
    ("somebody else's action", swap(GATE, "acme/vendorgate@", "evil/vendorgate@"), "setting-changed", SETTING),
    ("a tag in place of a commit", swap(GATE, "@1111111111111111111111111111111111111111 # v1", "@v1"), "setting-changed", SETTING),
    ("a newer commit of the same action", swap(GATE, "@1111111111111111111111111111111111111111 # v1", "@2222222222222222222222222222222222222222 # v2"), "setting-changed", ""),
    ("its comment", swap(GATE, "# the gate", "# the gate of us"), "setting-changed", ""),
    ("GitLab's job may fail", swap(".gitlab-ci.yml", "gate:\n", "gate:\n  allow_failure: true\n"), "setting-changed", SETTING),
    ("GitLab's job takes options", swap(".gitlab-ci.yml", "check snapshot", "check snapshot --allow-gaps"), "setting-changed", SETTING),
    ("a hook less", swap(".pre-commit-config.yaml", "{id: vendorgate-validate}", ""), "setting-changed", SETTING),
    ("who approves", swap(CODEOWNERS, "@acme/security", "@mallory"), "setting-changed", SETTING),
    ("nobody approves", {CODEOWNERS: None}, "setting-changed", SETTING),
    ("a line that is commented out", swap(CODEOWNERS, "allowlist.yaml", "# allowlist.yaml"), "setting-changed", SETTING),
    ("a second gate", {".github/workflows/more.yml": FILES[GATE]}, "setting-changed", ""),
    ("another workflow", {".github/workflows/tests.yml": "name: more\non: push\njobs: {}\n"}, "setting-changed", ""),
    ("a file that takes the place of CODEOWNERS on GitHub", {".github/CODEOWNERS": "* @evil\n"}, "setting-changed", SETTING),
    ("one that no receiver reads before it", {"docs/CODEOWNERS": "* @evil\n"}, "setting-changed", ""),
    ("GitLab's, which comes last", {".gitlab/CODEOWNERS": "* @evil\n"}, "setting-changed", ""),
    ("the same owners in a place that GitLab does not read", {CODEOWNERS: None, ".github/CODEOWNERS": FILES[CODEOWNERS]}, "setting-changed", SETTING),
    ("the gate as a local action", {".github/actions/gate/action.yml": "runs: {steps: [{run: vendorgate check}]}"}, "setting-changed", ""),
]  # fmt: skip
SECTIONS = {
    "new": NEW_VENDORS, "federation": FEDERATION, "vendor": VENDORS, "own": OWNS, "waiver": WAIVERS,
    "hidden": HIDDEN, "rules": RULES, "baseline": BASELINES, "workflow": WORKFLOWS,
}  # fmt: skip
TABLE = [(f"{section}: {row[0]}", *row[1:]) for section, rows in SECTIONS.items() for row in rows]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with read_once("HEAD^{commit}", "--stage"):  # edits are of the working tree alone
        yield make(tmp_path_factory.mktemp("repository"))


def review(folder: Path, edit: Edit, *options: str) -> tuple[int, str, str]:
    """Of the edit in the working tree, which is put back."""
    for path, text in edit.items():
        put(folder, path, text)
    names = ("--base", "HEAD:allowlist.yaml", "--head", "allowlist.yaml", "--today", TODAY)
    try:
        ran = vendorgate("review", *names, *(options or ("-f", "json")), cwd=folder)
    finally:
        for path in edit:
            put(folder, path, FILES.get(path))
    return ran.code, ran.out, ran.err


@pytest.mark.parametrize(("why", "edit", "kinds", "broken"), TABLE, ids=[row[0] for row in TABLE])
def test_an_edit_does_not_pass_in_silence(
    repository: Path, why: str, edit: Edit, kinds: str, broken: str
) -> None:
    """A change of the gate that no reviewer was told of, or that is let through."""
    code, out, err = review(repository, edit)
    if kinds.startswith("!"):
        assert (code, kinds[1:] in err) == (2, True), err or out
        return
    assert code in (0, 1), err
    said = json.loads(out)
    assert {change["kind"] for change in said["changes"]} == set(kinds.split())
    assert {one["policy"] for one in said["broken"]} == set(broken.split())
    assert (code, said["verdict"]) == ((1, "fail") if broken else (0, "pass"))
    assert said["changes"], "it passed in silence"
    assert not any("  " in one["message"] for one in said["broken"]), "a word is missing"


def test_the_table_is_long() -> None:
    """A table that shrank until nothing of it failed."""
    assert len(TABLE) >= 120 and len({row[0] for row in TABLE}) == len(TABLE)


NOTHING: list[tuple[str, Edit]] = [
    ("nothing", {}),
    ("a comment", allow("version: 1\n", "version: 1\n# Grüße ⚠️\n")),
    ("Windows' ends of lines", {"allowlist.yaml": ALLOWLIST.replace("\n", "\r\n")}),
    ("the order of keys", allow("      reference: T-1\n      reviewed: 2026-05-01\n",
     "      reviewed: 2026-05-01\n      reference: T-1\n")),
    ("a comment in settings", top("# nothing")),
    ("a file that neither names the gate nor is read by CI", {"tools/build.sh": "make\n"}),
    ("prose about the gate", {"README.md": "we run vendorgate\n"}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "edit"), NOTHING, ids=[row[0] for row in NOTHING])
def test_what_changes_nothing_is_no_change(repository: Path, why: str, edit: Edit) -> None:
    """A false alarm in every pull request, which nobody reads any more."""
    code, out, err = review(repository, edit)
    assert (code, json.loads(out)["changes"]) == (0, []), err


def test_quoted_text_may_hold_what_it_likes(repository: Path) -> None:
    """A name in a script that needs joiners, refused for what others do with them."""
    code, _, err = review(
        repository,
        allow("reason: public data", 'reason: "\u0646\u200c\u0647 \U0001f469\u200d\U0001f680"'),
    )
    assert code == 0, err


TOLD = [
    ("for a reason", settings("[severity]\n", '[severity]\nanyone-trust = {level = "info", reason = "so"}\n'), "critical → info: so"),
    ("without one any more", settings('unvetted-marketplace-image = {level = "medium", reason = "reviewed weekly"}\n', ""), "medium → high"),
]  # fmt: skip


@rows("why, edit, detail", TOLD)
def test_a_severity_is_told_with_its_reason_if_it_has_one(
    repository: Path, why: str, edit: Edit, detail: str
) -> None:
    """A reviewer who reads `: None`, or is not told why it may be lower from now on."""
    (change,) = json.loads(review(repository, edit)[1])["changes"]
    assert change["detail"].endswith(detail), (why, change["detail"])


def test_the_dangerous_stand_first(repository: Path) -> None:
    """What needs no vetting any more, below twenty new dates."""
    edit = {"allowlist.yaml": ALLOWLIST.replace("T-1", "T-5").replace("[amazon]", "[amazon, x]")
            .replace('["111111111111"]', '["111111111111", "888888888888"]')
            .replace('["Monitoring*"]', '["Mon*"]')}  # fmt: skip
    edit |= settings('fail-on = "high"', 'fail-on = "critical"')
    kinds = [c["kind"] for c in json.loads(review(repository, edit)[1])["changes"]]
    assert kinds == ["image-alias-added", "own-account-added", "setting-changed", "scope-widened",
                     "vetting-changed"]  # fmt: skip
