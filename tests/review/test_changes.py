"""What a change is told with: the words that a reviewer reads, and the facts that policies judge."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
from msgspec import UNSET

from checker.check.age import DEFAULT as MAX_AGE
from checker.document import Mark
from checker.report.model import Access, Finding, Severity, ThirdParty
from checker.review import markdown
from checker.review.breadth import blanket, blanket_gap, limitless, limitless_code, unbounded
from checker.review.changes import changes
from checker.review.danger import by_danger, by_severity
from checker.review.formats import render
from checker.review.included import include_changes
from checker.review.judge import _compared, _new
from checker.review.lines import file_of
from checker.review.model import Broken, Change, Review
from checker.review.owners import other_approvers
from checker.review.pipelines import pipeline_changes
from checker.review.rules import Side, rule_changes
from checker.review.scopes import differences
from checker.review.shown import IDENTITIES
from checker.review.words import sentence
from checker.vetting.allowlist import Allowlist
from checker.vetting.entries import VettedScope
from checker.vetting.read import read_allowlist
from tests.report import factory
from tests.security.repository import ALLOWLIST
from tests.support.rows import rows

TODAY = date(2026, 11, 20)
GAP = "gaps:\n  - {account: '222222222222', region: us-east-1, call: 'ec2:*', reason: scp, owner: o, expires: 2027-01-31}\n"
BASE = ALLOWLIST + GAP
SEVERITIES: dict[str, Any] = {
    "missing-external-id": "medium",
    "anyone-trust": "critical",
    "collection-gap": "high",
}
LINE = {text: number for number, text in enumerate(BASE.splitlines(), 1)}
MONITORING = LINE["  - name: Example Monitoring"]
SOC = '{kind: SOC 2, url: "https://example.com/soc2", expires: 2027-06-01}'


def listed(folder: Path, text: str) -> Allowlist:
    (folder / "a.yaml").write_text(text)
    return read_allowlist(folder / "a.yaml").as_of(TODAY)


def swap(*pairs: str) -> str:
    """The list with each text in place of the one before it."""
    text = BASE
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert old in text, old
        text = text.replace(old, new)
    return text


TOLD: list[tuple[str, str, str, dict[str, Any], str]] = [
    ("a longer vetting", swap("expires: 2027-05-01\n", "expires: 2027-11-01\n"), "expiry-extended",
     {"widens": True, "expires_in_days": 346, "reviewed_in_days": -203, "evidence": 1, "evidence_expired": 0, "line": MONITORING},
     "Example Monitoring stays vetted for longer: 2027-05-01 → 2027-11-01"),
    ("one by a day", swap("expires: 2027-05-01\n", "expires: 2027-05-02\n"), "expiry-extended", {"widens": True}, ""),
    ("a shorter one", swap("expires: 2027-05-01\n", "expires: 2027-01-01\n"), "expiry-shortened", {"widens": False},
     "Example Monitoring is vetted for less long: 2027-05-01 → 2027-01-01"),
    ("evidence that ends today still holds", swap("T-3", "T-9", "expires: 2026-01-01", "expires: 2026-11-20"), "vetting-changed",
     {"widens": False, "evidence_expired": 0}, ""),
    ("evidence that ended yesterday does not", swap("T-3", "T-9", "expires: 2026-01-01", "expires: 2026-11-19"), "vetting-changed",
     {"widens": False, "evidence_expired": 1}, ""),
    ("another reference", swap("T-1", "T-5"), "vetting-changed", {"widens": False}, "the review of Example Monitoring: reference T-1 → T-5"),
    ("a document more", swap(SOC, f"{SOC}, {{kind: deed}}"), "vetting-changed", {"widens": False}, "the review of Example Monitoring: evidence + deed"),
    ("a document less", swap(SOC, ""), "vetting-changed", {"widens": False},
     "the review of Example Monitoring: evidence − SOC 2 (https://example.com/soc2, until 2027-06-01)"),
    ("a new name", swap("Example Monitoring", "Evil"), "vendor-renamed", {"widens": False, "vendor": "Evil", "line": MONITORING},
     "Example Monitoring is now called Evil"),
    ("a new name, and any role", swap("Example Monitoring", "Evil", '      roles: ["Monitoring*"]\n', ""), "scope-widened", {"widens": True, "vendor": "Evil"},
     "Evil may do more: roles now also any"),
    ("an account more", swap('"999999999999"]\n', '"999999999999", "464622532012"]\n'), "account-added",
     {"widens": True, "identity": "464622532012", "known_as": "Datadog", "name_matches": False, "open_federation": False},
     "Example Monitoring gets the account 464622532012 (which the public catalogue knows as Datadog)"),
    ("an account that nobody knows", swap('"999999999999"]\n', '"999999999999", "888888888888"]\n'), "account-added",
     {"widens": True, "known_as": None, "name_matches": None}, "Example Monitoring gets the account 888888888888 (which the public catalogue does not know)"),
    ("an account less", swap('["666666666666"]', "[]"), "account-removed", {"widens": False, "identity": "666666666666"}, "Old Backup loses 666666666666"),
    ("a claim of anybody", swap(', claims: {sub: ["repo:acme/app:*"]}', ""), "federation-added",
     {"widens": True, "open_federation": True, "identity": "token.actions.githubusercontent.com (any claims)"}, ""),
    ("a claim of one owner", swap("repo:acme/app:*", "repo:acme/*"), "federation-added", {"widens": True, "open_federation": False}, ""),
    ("a vendor goes", swap(BASE[BASE.index("  - name: Example Pipelines"):BASE.index("  - name: Old Backup")], ""), "vendor-removed",
     {"widens": False, "unbounded": False, "line": LINE["  - name: Example Pipelines"]}, "Example Pipelines is removed"),
    ("the draft is another", swap("555555555555", "888888888888"), "vendor-drafted", {"widens": False, "vendor": "Proposed", "line": LINE["  - name: Proposed"]},
     "Proposed is a draft, which vets nobody yet: 888888888888"),
    ("the draft goes", swap(BASE[BASE.index("  - name: Proposed"):BASE.index("image_aliases")], ""), "draft-removed", {"widens": False, "vendor": "Proposed"},
     "the draft Proposed is removed"),
    ("any role of one account of ours", swap('      roles: ["Monitoring*"]\n', ""), "scope-widened", {"widens": True, "unbounded": False},
     "Example Monitoring may do more: roles now also any"),
    ("any role", swap('scope: {roles: ["Deploy*"]}', "scope: {}"), "scope-widened", {"widens": True, "unbounded": True}, ""),
    ("any role, and what is less beside it", swap('scope: {roles: ["Deploy*"]}', "scope: {max_privilege: read}"), "scope-narrowed",
     {"widens": False, "unbounded": False}, "Example Pipelines may do less: max_privilege any → read"),
    ("an own account that is a product, too", swap('"999999999999"]\n', '"999999999999"]\n    marketplace_products: ["999999999999"]\n'), "product-added",
     {"widens": True, "identity": "999999999999"}, ""),
    ("narrower roles", swap('["Monitoring*"]', '["MonitoringRole"]'), "scope-narrowed", {"widens": False, "unbounded": False},
     "Example Monitoring may do less: roles no longer Monitoring*"),
    ("written otherwise", swap('["Monitoring*"]', '["Monitoring*", "MonitoringX"]'), "vendor-reworded", {"widens": False, "line": MONITORING},
     "Example Monitoring is written otherwise, and means the same"),
    ("a longer waiver", swap("expires: 2027-01-31\n", "expires: 2027-06-30\n", "anyone-trust", "anyone-trust"), "exception-extended",
     {"widens": True, "expires_in_days": 222}, ""),
    ("a shorter waiver", swap("expires: 2027-01-31\n", "expires: 2026-12-31\n"), "exception-shortened", {"widens": False, "expires_in_days": 41}, ""),
    ("another reason of a waiver", swap("public data", "none"), "exception-changed",
     {"widens": False, "policy": "anyone-trust", "policy_severity": "critical", "principal": "*", "blanket": False, "line": LINE["  - policy: anyone-trust"]},
     "a waiver is explained otherwise: anyone-trust for * on arn:aws:iam::222222222222:role/PublicData until 2027-01-31, reason public data → none: none (sec@example.com)"),
    ("a waiver goes", swap(BASE[BASE.index("  - policy: anyone-trust"):BASE.index("gaps:")], ""), "exception-removed",
     {"widens": False, "policy_severity": "critical"}, ""),
    ("a gap of every account", swap("'222222222222', region: us-east-1", "'*', region: '*'"), "gap-accepted",
     {"widens": True, "blanket": True, "policy": "collection-gap", "policy_severity": "high", "resource": "*/*/ec2:*", "expires_in_days": 72}, ""),
    ("a gap is accepted for longer", swap("o, expires: 2027-01-31", "o, expires: 2027-02-01"), "gap-extended",
     {"widens": True, "blanket": False, "expires_in_days": 73},
     "what could not be looked at is accepted for longer: ec2:* in 222222222222/us-east-1 until 2027-02-01, was 2027-01-31: scp (o)"),
    ("a gap is accepted for less long", swap("o, expires: 2027-01-31", "o, expires: 2027-01-30"), "gap-shortened", {"widens": False}, ""),
    ("a gap is accepted no more", swap(GAP, ""), "gap-removed", {"widens": False, "policy_severity": "high", "resource": "222222222222/us-east-1/ec2:*"}, ""),
    ("an own account", swap('["111111111111"]', '["111111111111", "464622532012"]'), "own-account-added",
     {"widens": True, "identity": "464622532012", "known_as": "Datadog", "evidence": 0, "evidence_expired": 0, "line": LINE['  accounts: ["111111111111"]']}, ""),
    ("with a deed of today, and one that has ended", swap('["111111111111"]', '["111111111111", "888888888888"]\n  evidence: [{kind: a, expires: 2026-11-20}, {kind: b, expires: 2026-11-19}]'),
     "own-account-added", {"evidence": 2, "evidence_expired": 1}, ""),
    ("an own account less", swap('"111111111111"', ""), "own-account-removed", {"widens": False, "identity": "111111111111", "line": LINE['  accounts: ["111111111111"]']},
     "111111111111 no longer counts as our own"),
    ("an alias", swap("[amazon]", "[amazon, x]"), "image-alias-added", {"widens": True, "line": LINE["image_aliases: [amazon]"]}, ""),
    ("an alias that is called like a reference above it", swap("[amazon]", "[amazon, T-1]"), "image-alias-added", {"line": LINE["image_aliases: [amazon]"]}, ""),
    ("a deed alone", swap("organization:\n", "organization:\n  evidence: [{kind: deed}]\n"), "vetting-changed", {"widens": False, "vendor": None},
     "evidence of what is our own: + deed"),
]  # fmt: skip


@rows("why, head, kind, facts, words", TOLD)
def test_what_a_change_is_told_with(
    tmp_path: Path, why: str, head: str, kind: str, facts: dict[str, Any], words: str
) -> None:
    """A date, a line, a document or a severity that is another one: the policy that judges it
    passes, or the reviewer looks at another entry."""
    after = listed(tmp_path, head)
    found = list(changes(listed(tmp_path, BASE), after, TODAY, SEVERITIES))
    one = next(change for change in reversed(found) if change.kind == kind)
    assert {key: getattr(one, key) for key in facts} == facts, why
    assert not words or sentence(one) == words


def test_the_same_list_is_no_change(tmp_path: Path) -> None:
    """Drafts, gaps and evidence that are told in every pull request hide the one that is new."""
    old = swap('["Monitoring*"]', '["Monitoring*", "Ops*"]')
    new = swap('["Monitoring*"]', '["Ops*", "Monitoring*"]')
    assert not [*changes(listed(tmp_path, old), listed(tmp_path, new), TODAY, SEVERITIES)]
    assert not [*changes(listed(tmp_path, BASE), listed(tmp_path, BASE), TODAY, SEVERITIES)]
    other = swap('["Monitoring*"]', '["Monitoring*", "Mops"]')
    told = changes(listed(tmp_path, old), listed(tmp_path, other), TODAY, SEVERITIES)
    assert [one.kind for one in told] == ["scope-widened", "scope-narrowed"]
    covered = swap('["Monitoring*"]', '["Monitoring*", "MonitoringX"]')
    said = changes(listed(tmp_path, covered), listed(tmp_path, covered.replace("MonitoringX", "MonitoringY")), TODAY, SEVERITIES)  # fmt: skip
    assert [one.kind for one in said] == ["vendor-reworded"], "a pattern that another one covers"


def test_an_account_that_moves_is_told_once_with_both_names(tmp_path: Path) -> None:
    """Told as lost here and as new there, nobody sees that one vendor inherits from another."""
    head = swap(
        'accounts: ["666666666666"]',
        "accounts: []",
        '["999999999999"]\n',
        '["999999999999", "666666666666"]\n',
    )
    found = [*changes(listed(tmp_path, BASE), listed(tmp_path, head), TODAY, SEVERITIES)]
    assert [(c.kind, c.widens, c.identity, sentence(c)) for c in found] == [
        (
            "account-moved",
            True,
            "666666666666",
            "666666666666 was Old Backup's and is now Example Monitoring's",
        )
    ]


def test_a_moved_issuer_that_anybody_has_tokens_of_is_told_as_such(tmp_path: Path) -> None:
    """Every customer of a shared issuer, handed on to a vendor under the name of a move."""
    base = swap(', claims: {sub: ["repo:acme/app:*"]}', "")
    issuer = "    federation: [{issuer: token.actions.githubusercontent.com}]\n"
    head = base.replace(issuer, '    accounts: ["888888888888"]\n')
    head = head.replace('["999999999999"]\n', f'["999999999999"]\n{issuer}')
    found = [*changes(listed(tmp_path, base), listed(tmp_path, head), TODAY, SEVERITIES)]
    (moved,) = (one for one in found if one.kind == "federation-moved")
    assert (moved.widens, moved.open_federation) == (True, True)


SHARED = '    federation: [{issuer: token.actions.githubusercontent.com, claims: {sub: ["repo:acme/app:*"]}}]\n'


def test_an_issuer_of_two_vendors(tmp_path: Path) -> None:
    """Catches a loss that goes unsaid, as another vendor has had it all along, and a gain that is
    told as a move from one who still has it."""
    alone = listed(tmp_path, BASE)
    both = listed(tmp_path, BASE.replace('["999999999999"]\n', f'["999999999999"]\n{SHARED}'))
    gained, lost = ([*changes(*pair, TODAY, SEVERITIES)] for pair in ((alone, both), (both, alone)))
    assert [(one.kind, one.vendor, one.widens) for one in gained] == [
        ("federation-added", "Example Monitoring", True)
    ]
    assert [(one.kind, one.vendor, one.widens) for one in lost] == [
        ("federation-removed", "Example Monitoring", False)
    ]


SPELLED = SHARED.replace("{issuer: ", "{issuer: https://").replace(
    '["repo:acme/app:*"]', '["repo:acme/b:*", "repo:acme/a:*"]'
)
AGAIN = SPELLED.replace("https://", "").replace(
    '["repo:acme/b:*", "repo:acme/a:*"]', '["repo:acme/a:*", "repo:acme/b:*"]'
)


def test_an_issuer_in_another_spelling(tmp_path: Path) -> None:
    """Catches a move that is told as a gain, and one's own that is told as a loss and a gain."""
    base, ids = BASE.replace(SHARED, AGAIN), '["999999999999"]\n'
    assert not any(
        one.widens for one in changes(*_pair(tmp_path, base, AGAIN, SPELLED), TODAY, SEVERITIES)
    )
    moved = base.replace(AGAIN, '    accounts: ["888888888888"]\n').replace(ids, ids + SPELLED)
    found = [*changes(listed(tmp_path, base), listed(tmp_path, moved), TODAY, SEVERITIES)]
    assert [one.kind for one in found if "federation" in one.kind] == ["federation-moved"]


def _pair(folder: Path, text: str, old: str, new: str) -> tuple[Allowlist, Allowlist]:
    return listed(folder, text), listed(folder, text.replace(old, new))


def scope(**keys: Any) -> VettedScope:
    return msgspec.convert(keys, VettedScope)


USAGE = {"actions": ["ec2:*"], "denied": ["iam:*"], "calls_per_hour": 10, "dormant_after_days": 90}
SCOPES: list[tuple[dict[str, Any], dict[str, Any], list[tuple[str, bool]]]] = [
    ({"roles": ["A*"]}, {"roles": ["A*", "Ab"]}, []),
    ({"roles": ["A*"]}, {"roles": ["B*"]}, [("roles now also B*", True), ("roles no longer A*", False)]),
    ({"roles": ["A*"]}, {}, [("roles now also any", True)]),
    ({}, {"roles": ["A*"]}, [("roles no longer any", False)]),
    ({"images": ["a*"]}, {"images": []}, [("images no longer a*", False)]),
    ({"principals": ["p*"]}, {}, [("principals now also any", True)]),
    ({"in_accounts": ["222222222222"]}, {}, [("in_accounts now also any", True)]),
    ({"external_id": "required"}, {"external_id": "optional"}, [("external_id required → optional", True)]),
    ({}, {"external_id": "required"}, [("external_id optional → required", False)]),
    ({"max_privilege": "read"}, {"max_privilege": "write"}, [("max_privilege read → write", True)]),
    ({"max_privilege": "admin"}, {}, [("max_privilege admin → any", True)]),
    ({}, {"max_privilege": "admin"}, [("max_privilege any → admin", False)]),
    ({}, {"reads_data": True}, [("reads_data unsaid → true", False)]),
    ({}, {"reads_data": False}, [("reads_data unsaid → false", False)]),
    ({"reads_data": False}, {}, [("reads_data false → unsaid", True)]),
    ({}, {"reads_secrets": True}, [("reads_secrets unsaid → true", True)]),
    ({"reads_secrets": False}, {}, [("reads_secrets false → unsaid", True)]),
    ({}, {"reads_secrets": False}, [("reads_secrets unsaid → false", False)]),
    ({}, {"max_access": "read"}, [("now also vetted for resources: resources any; kinds any; max_access read", True)]),
    ({"kinds": ["AWS::S3::Bucket"]}, {}, [("no longer for resources", False)]),
    ({"max_access": "read"}, {"max_access": "write"}, [("max_access read → write", True)]),
    ({"kinds": ["AWS::S3::Bucket"], "max_access": "read"}, {"kinds": ["AWS::S3::Bucket"]}, [("max_access read → any", True)]),
    ({"resources": ["arn:aws:s3:::a*"]}, {"resources": ["arn:aws:s3:::ab"]}, [("resources no longer arn:aws:s3:::a*", False)]),
    ({"resources": ["arn:aws:s3:::a*"]}, {"kinds": ["AWS::S3::Bucket"]}, [("resources now also any", True), ("kinds no longer any", False)]),
    ({"usage": USAGE}, {"usage": USAGE | {"actions": ["*"]}}, [("usage.actions now also *", True)]),
    ({"usage": USAGE}, {"usage": USAGE | {"denied": ["iam:Get*"]}}, [("usage.denied no longer iam:*", True)]),
    ({"usage": USAGE}, {"usage": USAGE | {"denied": ["*"]}}, [("usage.denied now also *", False)]),
    ({"usage": USAGE}, {"usage": USAGE | {"calls_per_hour": 11}}, [("usage.calls_per_hour 10 → 11", True)]),
    ({"usage": USAGE}, {"usage": USAGE | {"calls_per_hour": None}}, [("usage.calls_per_hour 10 → any", True)]),
    ({"usage": {}}, {"usage": {"calls_per_hour": 11}}, [("usage.calls_per_hour any → 11", False)]),
    ({"usage": USAGE}, {"usage": USAGE | {"dormant_after_days": 30}}, [("usage.dormant_after_days 90 → 30", False)]),
]  # fmt: skip


@rows("before, after, expected", SCOPES)
def test_where_a_scope_is_wider(
    before: dict[str, Any], after: dict[str, Any], expected: list[tuple[str, bool]]
) -> None:
    """A scope that grew and is told as narrower, or not at all."""
    assert [*differences(scope(**before), scope(**after))] == expected


GAPS = [
    ("*", "*", "*", True), ("*", "us-*", "*", True), ("2*", "-", "ec2:Describe*", True), ("-", "-", "*:Get*", True),
    ("222222222222", "*", "*", False), ("*", "us-east-*", "*", False), ("*", "us-gov-west-*", "*", False),
    ("*", "us-iso-east-*", "*", False), ("*", "eu-west-1", "*", False), ("*", "-", "iam:GetRole", False),
    ("*", "*", "*:ListRo", True), ("*", "*", "codebuild:BatchGet*", True), ("*", "*", "iam:Rol*", False), ("*", "e?-west-1", "*", True),
]  # fmt: skip


@rows("account, region, call, blanket", GAPS)
def test_an_accepted_gap_that_names_nothing(
    account: str, region: str, call: str, blanket: bool
) -> None:
    """One line by which nothing needs to be looked at any more, and that nobody is asked about."""
    assert blanket_gap(account, region, call) is blanket


AT = "arn:aws:{}:*:*:{}".format
NAMELESS = (
    "*", "**", "?*", "a*", "acm*", "*acme", "role/*", "vendor X#*", "a/b*/c?/", "x#*\nacme",
    *(f"arn:aws:iam::222222222222:{name}" for name in ("*", "role*", "role/*", "role/Pu*", "role/*ation*", "role/P?b*", "role/x*", "role/te/*", "role/*/")),
    *(AT("ec2", name) for name in ("instance*", "instance/i-*", "instance/i-0a*", "image/ami-*")),
    "arn:aws:s3:::ac*", "arn:aws:s3:::*/acme", "arn:aws:s3:::*/*", AT("s3", "accesspoint/*"), AT("s3", "acc*"), "arn:aws:s3::1:accesspoint/*", "arn:aws:s3:us-east-1::accesspoint/*",
    AT("sqs", "qu*"), AT("sqs", "*"), AT("sns", "to*"), AT("*", "queue*"),
    AT("lambda", "fun*"), AT("lambda", "function*"), AT("lambda", "function:*"), AT("lambda", "function:ac*"), AT("lambda", "layer:*:*"),
    AT("kms", "key*"), AT("kms", "key/*"), AT("dynamodb", "table*"), AT("dynamodb", "table/*/stream/*"), AT("s3tables", "bucket/*/table/*"), AT("s3vectors", "bucket/*/index/*"),
    AT("kinesis", "stream/*/consumer/*"), AT("s3", "accesspoint/*/object/*"), AT("apigateway", "/restapis/*"), AT("logs", "log-group*"), AT("secretsmanager", "secret:*"),
)  # fmt: skip
NAMING = (
    "a", "acme", "i-1", "vendor#Acme*", "acme/x",
    *(f"arn:aws:iam::222222222222:{name}" for name in ("role/Public", "role/Pub*", "role/x", "role/*/x", "role/team/*")), "arn:aws:iam::*:role/x",
    AT("ec2", "instance/i-0ab*"), AT("ec2", "snapshot/snap-*"), "arn:aws:s3:::acme-*", "arn:aws:s3:::acme*/x", "arn:aws:s3:::ab", AT("s3", "accesspoint/acme*"),
    AT("sqs", "que*"), AT("sqs", "q"), AT("sns", "acme:*"), AT("lambda", "function:acm*"), AT("lambda", "function:acme:*"), AT("lambda", "function:a"), AT("lambda", "layer:acme:*"),
    AT("kms", "key/1234*"), AT("dynamodb", "table/Acme*"), AT("dynamodb", "table/Acme/stream/*"), AT("apigateway", "/restapis/abc*"), AT("logs", "log-group:/acme/*"),
    AT("secretsmanager", "secret:acme*"), AT("codecommit", "Acme"),
)  # fmt: skip


def test_a_waiver_that_names_no_resource() -> None:
    """One line that waives a policy for all that there will be, written so that it reads like a name."""
    assert [one for one in NAMELESS if not blanket(one)] == []
    assert [one for one in NAMING if blanket(one)] == []


LIMITS: list[tuple[list[str] | None, bool, str]] = [
    (None, True, "none"), ([], False, "a list of none lets in none"), (["arn:aws:iam::2:root"], True, "the whole account"),
    (["arn:aws:iam::2:role/a*"], False, "by a letter"), (["arn:aws:iam::2:r*"], False, "a kind alone"), (["i-*"], True, "any instance"),
    (["arn:aws:ec2:::instance/i-*"], True, "the same by its ARN"), (["arn:aws:lambda:*:*:function:*"], True, "any function"), (["arn:aws:lambda:*:*:function:acme-*"], False, "some functions"),
    (["*/*"], True, "any image"), (["*:*"], True, "any tag"), (["*.*"], True, "any host"), (["?*/?*"], True, "any of two parts"), (["*@*"], True, "any that is pinned"), (["*/x*"], False, "some images"),
    (["*:latest"], True, "any of one tag"), (["*sha256*"], True, "any digest"), (["*,*"], True, "any list"), (["*+*"], True, "any sum"), (["*:v*"], True, "any version"), (["*/latest-x:*"], False, "an image of such a name"), (["latest"], False, "one of such a name"),
    (["arn:aws:iam::*:role/*"], True, "any role"), (["arn:aws:sqs:*:*:*"], True, "any queue"), (["acme", "?*"], True, "one that names nobody"), (["lt-0*"], False, "a template"), (["lt-*"], True, "any template"),
    ([f"{c}*" for c in "abcdefgh"], False, "eight letters"), ([f"{c}*" for c in "abcdefghi"], True, "nine"),
    ([f"{c}?*" for c in "aAbBcCdDeE"], False, "five, in both cases"), ([f"{c}xxx" for c in "abcdefghijkl"], False, "twelve names"),
    ([f"{c}{'?' * 8}" for c in "abcdefghijkl"], False, "names of nine characters"),
]  # fmt: skip


OF_CODE: list[tuple[list[str] | None, bool, str]] = [
    (None, True, "none"),
    *(([one], True, "any of a kind, a tag or a registry") for one in (
        "*:layer:*", "*layer*", "arn:aws:lambda:*:999999999999:layer:*", "*-1", "arn:aws:lambda:*:*:layer:*:1", "*.dkr.ecr.*", "*:stable", "*:1*", "*:LATEST", "*:latest", "*:function:*", "*component*", "*lambda*", "*arn:aws:lambda*", "arn:aws:lambda:*layer*", "*us-east-1*", "*us-gov-west-1*",
        "*.dkr.ecr.us-east-1.amazonaws.com/*", "*.dkr-ecr.*.on.aws/*", "*docker.io*", "docker.io/*", "quay.io/*", "ghcr.io/*", "public.ecr.aws/*", "*:prod", "*:alpine", "aws:*", "https://*", "registry-1.docker.io/*", "registry.k8s.io/*", "*.pkg.dev/*", "*.azurecr.io/*", "*:stateMachine:*", "*:dev", "*latest",
        "sha256*", "us-docker.pkg.dev/*", "nvcr.io/*", "registry.gitlab.com/*", "us.gcr.io/*", "QUAY.IO/*", "quay.io:443/*", "ghcr.io/?*/?*", "*:3-alpine", "*:amd64", "*:v1.2.3", "*:1.2.3",
        "ghcr.*/*/agent", "gh?r.io/*/agent", "quay.*/*/agent", "docker.*/*/agent", "public.ecr.*/*/agent", "*.gitlab.com/*/agent", "*.com/*", "*.k8s.io/*", "registry*.k8s.io/*", "*.microsoft.com/*", "*.icr.io/*", "*.ocir.io/*", "*.aliyuncs.com/*", "*nvcr.io/*", "https://quay.io/*", "ghcr.io/*:latest", "quay.io/*:v1*", "ghcr.io/*@sha256:*", "registry.k8s.io/*:v1*", "quay.io/?*:x", "*.icr.io/*:latest", "registry.hub.docker.com/*", "registry.k8s.io/?*", "*:jammy", "*:3.12-slim-bookworm", "*:nonroot", "*:arm64v8", "*:linux-amd64", "*:nightly", "us*.pkg.dev/*", "europe*.pkg.dev/*", "eu*.gcr.io/*/agent", "docker://*", "docker://quay.io/*", "oci://ghcr.io/*", "*:debian", "*:ubuntu*",
        "snap-*", "snap-0*", "snap-0a*", "*:rhel9", "*:ubuntu-22.04", "?*:bookworm-slim", "*:bookworm-slim", "*:17-jre", "*:python3.11-slim*", "k8s.gcr.io/*",
        "*snap-*", "arn:aws:ec2:*:*:snapshot/snap-*", "*:ubi8-minimal*", "*:2.1-alpine*", "*:distroless*", "*:sha-*", "*:cuda12*", "*:x86_64", "*:net8.0")),
    *(([one], False, "of a name") for one in (
        "*:layer:datadog-*", "*/layer-cache:*", "*/agent:*", "docker.io/dd*", "arn:aws:lambda:*:*:layer:Datadog*", "dd/ab", "*/latest-x:*",
        "*:464622532012:layer:*", "*464622532012*layer*", "*.464622532012.*", "*/n8n*", "*k8s*", "*/ui:*", "?*/ab", "docker.io/edge/*", "*/hub/*", "*/registry:*", "main/*", "docker.io/library/*",
        "public.ecr.aws/lambda/*", "aws/*", "docker.io/on/*", "docker.io/extension/*", "registry.acme.com/*", "localhost:5000/*", "acme.azurecr.io/*", "us-docker.pkg.dev/acme/*", "*:1-password-*",
        "10.0.0.5:5000/*", "x.io/*", "r2.io/*", "acme*.icr.io/*", "*.acme.com/*", "*.icr.io/acme/*",
        "snap-0abc*", "snap-0123456789abcdef0", "*:node-exporter", "*:test-acme*", "*/snapshot-controller:*", "*/beta/*", "*:go-agent*", "*:python-agent")),
    (["docker.io/dd*", "*:1*"], True, "one of several"), (["docker.io/a", "*/agent:1"], False, "two names"),
]  # fmt: skip


@rows("patterns, wide, why", OF_CODE)
def test_a_list_that_limits_no_code(patterns: list[str] | None, wide: bool, why: str) -> None:
    assert limitless_code(patterns and tuple(patterns)) is wide, why


@rows("patterns, wide, why", LIMITS)
def test_a_list_that_limits_nothing(patterns: list[str] | None, wide: bool, why: str) -> None:
    """A scope that reads like one and lets in all."""
    assert limitless(None if patterns is None else tuple(patterns)) is wide, why


def test_a_scope_that_limits_no_resource() -> None:
    """A vendor that may read every bucket there is, as its roles are limited."""
    roles = {"roles": ["Monitoring"]}
    assert unbounded(scope(**roles, max_access="read"))
    assert not unbounded(scope(**roles))
    for limit in ({"kinds": ["AWS::S3::Bucket"]}, {"resources": ["arn:aws:s3:::acme-*"]},
                  {"principals": ["arn:aws:iam::999999999999:role/collector"]}):  # fmt: skip
        assert not unbounded(scope(**roles, max_access="read", **limit)), limit
    assert unbounded(scope(**roles, resources=["arn:aws:s3:::*"]))


def test_one_limit_is_enough() -> None:
    """Roles, principals and images limit together; so do accounts, unless they are all there are."""
    both = frozenset({"111111111111", "222222222222"})
    assert unbounded(scope(), both) and not unbounded(scope(images=["abc*"]), both)
    assert not unbounded(scope(principals=["arn:aws:iam::9:role/x"]), both)
    assert unbounded(scope(in_accounts=sorted(both)), both)
    assert not unbounded(scope(in_accounts=["111111111111"]), both)
    assert not unbounded(scope(in_accounts=["111111111111"]), frozenset({"111111111111"}))
    assert not unbounded(scope(in_accounts=sorted(both), roles=["Ship"]), both)


ROOT, GITHUB, GITLAB, BITBUCKET = (
    "CODEOWNERS",
    ".github/CODEOWNERS",
    ".gitlab/CODEOWNERS",
    ".bitbucket/CODEOWNERS",
)
APPROVERS = [
    (ROOT, {ROOT: ["* @a"]}, {ROOT: ["* @b"]}, True, "other owners"),
    (ROOT, {ROOT: ["* @a"]}, {ROOT: ["* @a"]}, False, "the same"),
    (ROOT, {ROOT: ["* @a"]}, {}, True, "none any more"),
    (ROOT, {}, {ROOT: ["* @b"]}, False, "none before"),
    (ROOT, {ROOT: []}, {ROOT: ["* @b"]}, False, "an empty file before"),
    (GITHUB, {ROOT: ["* @a"]}, {ROOT: ["* @a"], GITHUB: ["* @b"]}, True, "one that is read before it"),
    (ROOT, {ROOT: ["* @a"], GITHUB: ["* @b"]}, {ROOT: ["* @c"], GITHUB: ["* @b"]}, True, "GitLab reads the root"),
    (BITBUCKET, {BITBUCKET: ["* @a"]}, {BITBUCKET: []}, True, "Bitbucket's own"),
    ("docs/CODEOWNERS", {ROOT: ["* @a"], "docs/CODEOWNERS": ["x"]}, {ROOT: ["* @a"], "docs/CODEOWNERS": ["y"]}, False, "one that nobody reads"),
    ("docs/CODEOWNERS", {ROOT: ["* @a"], "docs/CODEOWNERS": ["x"]}, {ROOT: ["* @b"], "docs/CODEOWNERS": ["y"]}, False, "the same, where the other one is told by itself"),
    (".gitea/CODEOWNERS", {".gitea/CODEOWNERS": ["* @a"]}, {".gitea/CODEOWNERS": ["* @b"]}, True, "Gitea's"),
    (".forgejo/CODEOWNERS", {".forgejo/CODEOWNERS": ["* @a"]}, {".forgejo/CODEOWNERS": ["* @b"]}, True, "Forgejo's"),
    (GITLAB, {GITLAB: ["* @a"]}, {ROOT: ["* @b"], GITLAB: ["* @a"]}, True, "that another one takes the place of"),
]  # fmt: skip


@rows("path, before, after, other, why", APPROVERS)
def test_who_approves(
    path: str, before: dict[str, list[str]], after: dict[str, list[str]], other: bool, why: str
) -> None:
    """Whoever may approve the next change of the list is changed by a file more."""
    assert other_approvers(path, before, after) is other, why


FIRST = "uses: acme/vendorgate@" + 40 * "1"
FILES: list[tuple[str, str | None, str | None, bool, str]] = [
    ("ci/a.yml", FIRST, FIRST.replace("1", "2"), False, f"− {FIRST}; + {FIRST.replace('1', '2')}"),
    ("ci/a.yml", FIRST, FIRST[:-1], True, f"− {FIRST}; + {FIRST[:-1]}"),
    ("ci/a.yml", f"a\n{FIRST}", f"{FIRST}\na", True, "the order of its lines"),
    ("ci/a.yml", f"#!x\n{FIRST}", FIRST, True, "− #!x"),
    ("ci/a.yml", f"{FIRST}\n# x\n\n", FIRST, False, "comments alone"),
    ("ci/a.yml", FIRST, None, True, "the file is gone"),
    ("ci/a.yml", None, FIRST, False, "the file is new"),
    ("ci/a.yml", None, "(a link to) b", False, "the file is new (a link to) b"),
    ("ci/a.yml", FIRST, f"  {FIRST}", True, f"− {FIRST}; + {FIRST}"),
    ("ci/a.yml", "cat allowlist.yaml", "cat", True, "− cat allowlist.yaml; + cat"),
    ("ci/a.yml", "make", "cc", False, "− make; + cc"),
    ("ci/a.yml", "1\n2\n3\n4\n5\n6", "", False, "− 1; − 2; − 3; − 4 … and 2 lines more"),
    ("ci/a.yml", "x" * 161, "", False, f"− {'x' * 160}…"),
    ("a.py", "x('vendorgate', 'check')", "pass", True, "− x('vendorgate', 'check'); + pass"),
    ("a.py", "import vendorgate_names", "pass", False, "− import vendorgate_names; + pass"),
    ("a.sh", "exec vendorgate_gate", "exit", True, "− exec vendorgate_gate; + exit"),
    ("a.sh", "python -m checker check", "exit", True, "− python -m checker check; + exit"),
    ("requirements.txt", "vendorgate\nx", "vendorgate\ny", False, "− x; + y"),
    ("requirements.txt", "vendorgate==1.9", "vendorgate==1.10", False, "− vendorgate==1.9; + vendorgate==1.10"),
    ("requirements.txt", "vendorgate==1.10", "vendorgate==1.9", True, "− vendorgate==1.10; + vendorgate==1.9"),
    ("requirements.txt", "vendorgate==1.10\nvendorgate==1.10", "vendorgate==1.10", True, "− vendorgate==1.10"),
    ("pyproject.toml", "[tool.vendorgate]\nx = 1", "[tool.vendorgate-x]\nx = 1", False, "− [tool.vendorgate]; + [tool.vendorgate-x]"),
    ("docs/a.md", "vendorgate check", "-", True, ""),
]  # fmt: skip


@rows("path, before, after, widens, detail", FILES, ids=[f"{row[0]}: {row[4]}" for row in FILES])
def test_files_that_run_the_gate(
    path: str, before: str | None, after: str | None, widens: bool, detail: str
) -> None:
    """A gate that is taken out of a pipeline, told as harmless; or a pin that alarms everybody."""
    texts = ({path: text.encode()} if text is not None else {} for text in (before, after))
    (one,) = pipeline_changes(*texts)
    if detail:
        assert (one.widens, one.gates, one.detail) == (widens, widens, f"{path}: {detail}")
    else:
        assert (one.widens, one.gates) == (False, False), "prose is told, and refuses nothing"


def test_who_calls_the_gate_runs_it() -> None:
    """A script that names another script, of which the base knows that it runs the gate."""
    for path in ("a.sh", "ci/a.yml", "a.py"):
        told = [*pipeline_changes({path: b"x"}, {path: b"y"}, {path})]
        assert [one.widens for one in told] == [True], path
    assert [one.widens for one in pipeline_changes({"a.py": b"x"}, {"a.py": b"y"})] == [False]


def test_the_dangerous_first() -> None:
    """A list that becomes everybody's, below the new dates of twenty vendors."""

    def change(kind: str, widens: bool, **more: Any) -> Change:
        return Change(kind=kind, detail="", line=None, widens=widens, **({"vendor": None} | more))

    ordered = [
        change("own-issuer-added", True), change("include-added", True), change("setting-changed", True),
        change("exception-added", True, blanket=True), change("federation-added", True, open_federation=True),
        change("vendor-added", True, unbounded=True), change("account-added", True),
        change("own-account-removed", False), change("setting-changed", False),
        change("vetting-changed", False), change("vetting-changed", False, vendor="A"), change("vetting-changed", False, vendor="B"),
    ]  # fmt: skip
    assert list(by_danger(reversed(ordered))) == ordered


def test_the_most_severe_first_and_each_once() -> None:
    """A critical breach, below what is low."""

    def broken(policy: str, severity: Severity, message: str = "") -> Broken:
        return Broken(policy=policy, severity=severity, message=message, remediation="", vendor=None, line=None)  # fmt: skip

    ordered = [
        broken("b", "critical"),
        broken("a", "high"),
        broken("c", "high"),
        broken("d", "low"),
        broken("d", "low", "another's"),
    ]
    given = [ordered[3], ordered[1], ordered[0], ordered[2], ordered[1], ordered[4]]
    assert list(by_severity(given)) == ordered


INCLUDES = [
    (["a.yaml"], ["a.yaml", "b.yaml"], [("include-added", "b.yaml", True)]),
    (["teams/*.yaml"], ["teams/*.yaml", "teams/b.yaml"], [("include-added", "teams/b.yaml", False)]),
    (["teams/*.yaml"], ["teams/*.yaml", "teams/[b]*.yaml"], [("include-added", "teams/[b]*.yaml", True)]),
    (["teams/*.yaml"], ["teams/*.yaml", "others/b.yaml"], [("include-added", "others/b.yaml", True)]),
    (["a.yaml"], [], [("include-removed", "a.yaml", False)]),
]  # fmt: skip


@rows("before, after, expected", INCLUDES)
def test_files_that_the_list_takes_in(
    before: list[str], after: list[str], expected: list[tuple[str, str, bool]]
) -> None:
    """A file whose owners decide whom we trust from now on, told as nothing new."""
    old, new = (
        SimpleNamespace(document=SimpleNamespace(
            path="allowlist.yaml", value={}, parts=(),
            includes=[(name, Mark(n, 1)) for n, name in enumerate(names, 1)]))
        for names in (before, after)
    )  # fmt: skip
    found = [*include_changes(old, new)]  # type: ignore[arg-type]
    assert [(c.kind, c.detail, c.widens) for c in found] == expected
    assert [c.line for c in found] == [
        2 if c.widens or c.kind == "include-added" else 1 for c in found
    ]


def test_old_evidence_proves_nothing_of_who_is_new(tmp_path: Path) -> None:
    """A deed of years ago, under which any account could be called one's own."""
    deed = "organization:\n  evidence: [{kind: deed}]\n"
    base = swap("organization:\n", deed)
    for new, evidence in ((deed, 0), (deed.replace("deed}", "deed}, {kind: letter}"), 1)):
        head = swap("organization:\n", new, '["111111111111"]', '["111111111111", "888888888888"]')
        found = changes(listed(tmp_path, base), listed(tmp_path, head), TODAY, SEVERITIES)
        assert [c.evidence for c in found if c.kind == "own-account-added"] == [evidence]


def finding(resource: str, status: Any = "open") -> Any:
    return Finding(policy="p", severity="high", status=status, account="222222222222", account_name=None, region=None, location=None, facts={},
                   resource=resource, principal=None, message=f"m of {resource}", remediation="", fingerprint=resource)  # fmt: skip


def party(id_: str, status: str, name: str | None = None) -> Any:
    access = tuple(
        Access(account=f"{n:012}", roles=1, images=0, privilege="read") for n in range(6)
    )
    return ThirdParty(id=id_, kind="account", name=name, named_by=None, status=status, roles=6, images=1, access=access)  # fmt: skip


def told(**more: Any) -> Review:
    """A review of two changes, one of which breaks two policies."""
    wide = Change(kind="account-added", vendor="V", detail="9", line=7, widens=True)
    slim = Change(
        kind="account-removed", vendor="V", detail="8", line=3, widens=False, file="teams/b.yaml"
    )
    broken = [Broken(policy=name, severity="high", message=f"m of {name}", remediation="r", vendor="V", line=line, file=file)
              for name, line, file in (("p1", 7, None), ("p2", None, "teams/b.yaml"))]  # fmt: skip
    given: dict[str, Any] = {
        "schema": "s", "base": "main:allowlist.yaml", "head": "HEAD:sub/allowlist.yaml", "evaluated_on": "2026-11-20",
        "verdict": "fail", "changes": (wide, slim), "broken": tuple(broken), "compared": True, "opens": (finding("o"),),
        "closes": (finding("c"), finding("d")), "lets_in": (party("9", "vetted"),),
        "puts_out": (party("8", "unlisted", "Acme"),), "notes": ("A note.",),
    }  # fmt: skip
    return Review(**(given | more))


def test_the_text_of_a_review() -> None:
    """What a reviewer reads in a terminal: a broken policy, a party or a count that is missing."""
    six = "000000000000, 000000000001, 000000000002, 000000000003, 000000000004, 000000000005"
    assert render(told(), "text").splitlines() == [
        "! V gets the account 9 (which the public catalogue does not know)", "  V loses 8",
        f"  lets in 9 (unknown): 6 roles, 1 image in {six}", f"  puts out 8 (Acme): 6 roles, 1 image in {six}",
        "HIGH p1: m of p1", "HIGH p2: m of p2", "A note.", "FAIL: 2 changes, 1 finding open, 2 close",
    ]  # fmt: skip
    assert render(told(compared=False), "text").endswith(
        "1 finding open, no snapshot to compare with\n"
    )


def test_the_annotations_of_a_review() -> None:
    """On another file or line, GitHub shows none of it; and those that it does not show are told."""
    lines = render(told(), "github").splitlines()
    assert lines == ["::error file=sub/allowlist.yaml,line=7,title=p1::m of p1",
                     "::error file=teams/b.yaml,line=1,title=p2::m of p2"]  # fmt: skip
    ten = told(broken=told().broken * 5)
    assert render(ten, "github").count("::error") == 10 and "::notice" not in render(ten, "github")
    more = render(told(broken=told().broken * 6), "github").splitlines()
    assert len(more) == 11 and more[-1] == "::notice::2 more: see the review"


def test_the_comment_of_a_review() -> None:
    """A comment that says who, where and what, and what of it is not shown."""
    text = render(told(), "markdown").replace("\\", "")
    assert text.startswith("### ❌ vendorgate: 2 changes of the allowlist, 1 wider\n\nA note.\n")
    assert render(told(verdict="pass"), "markdown").startswith("### ✅")
    for part in ("**HIGH p1**: m of p1  \nr\n", "| who | name | roles | images | where | privilege | reads |\n|---|---|---|---|---|---|---|\n| 9 | ? | 6 | 1 |", "#### Lets in", "#### Puts out", "and 1 more | read |", "- ⚠️ V gets the account 9",
                 "(line 7)", "- V loses 8 (teams/b.yaml:3)", "Opens 1 finding", "Closes 2 findings", "- high p: m of d"):  # fmt: skip
        assert part in text, part
    assert "No snapshot was given" not in text
    assert "No snapshot was given" in render(told(compared=False), "markdown")
    rule = Change(kind="setting-changed", vendor=None, detail="x", line=None, widens=True)
    assert "1 change of the gate, 1 wider" in render(told(changes=(rule,)), "markdown")
    assert "accepts what it accepted before" in render(told(changes=()), "markdown")
    many = render(told(changes=(rule,) * 21, lets_in=(party("9", "vetted"),) * 21), "markdown")
    assert (
        "<summary>1 more</summary>" in many and "… and 1 more" in many and many.count("- ⚠️") == 21
    )
    assert "more</summary>" not in render(told(changes=(rule,) * 20), "markdown")


def test_the_parties_of_a_comment() -> None:
    """A column that is missing, or stands under another's head; and the same in a terminal."""
    access = tuple(Access(account=f"{n:012}", roles=n, images=0, privilege=grade, reads_data=n == 1, reads_secrets=False, resources=1, access=reach)
                   for n, (grade, reach) in enumerate([("read", "write"), ("admin", None), (None, "read")]))  # fmt: skip
    bare: dict[str, Any] = {
        "kind": "account",
        "named_by": None,
        "status": "vetted",
        "roles": 3,
        "images": 0,
    }
    one = ThirdParty(id="9", name="A|B", access=access, resources=2, code=4, **bare)
    two = ThirdParty(id="8", name=None, access=access[2:], resources=0, code=0, **bare)
    text = render(told(lets_in=(one, two), puts_out=()), "markdown").replace("\\", "")
    table = text[text.index("#### Lets in") : text.index("#### What changes")]
    assert table.splitlines() == PARTIES
    for resources, code, heads in ((1, UNSET, "reads | resources | access |"), (UNSET, 1, "reads | code |"), (UNSET, UNSET, "reads |")):  # fmt: skip
        party = ThirdParty(id="9", name="A", access=access, resources=resources, code=code, **bare)
        lines = render(told(lets_in=(party,), puts_out=()), "markdown").splitlines()
        head = next(line for line in lines if line.startswith("| who"))
        assert head == f"| who | name | roles | images | where | privilege | {heads}"
        assert lines[lines.index(head) + 1].count("---") == lines[lines.index(head) + 2].count(" | ") + 1  # fmt: skip
    shown = [line for line in render(told(lets_in=(one, two), puts_out=()), "text").splitlines() if "lets in" in line]  # fmt: skip
    assert shown == SHOWN


PARTIES = [
    "#### Lets in", "", "| who | name | roles | images | where | privilege | reads | resources | access | code |",
    "|---|---|---|---|---|---|---|---|---|---|",
    "| 9 | A&#124;B | 3 | 0 | 000000000000, 000000000001, 000000000002 | admin, read | data | 2 | write | 4 |",
    "| 8 | ? | 3 | 0 | 000000000002 | unknown | - | 0 | read | 0 |", "",
]  # fmt: skip
SHOWN = ["  lets in 9 (A|B): 3 roles, 0 images, 2 resources (write), 4 code uses in 000000000000, 000000000001, 000000000002",
         "  lets in 8 (unknown): 3 roles, 0 images, 0 resources, 0 code uses in 000000000002"]  # fmt: skip


def test_the_whole_comment_and_where_it_is_cut() -> None:
    """A list that is never folded shut again, which folds what follows it; a comment that is too
    long and so never posted."""
    rule = Change(kind="setting-changed", vendor=None, detail="x", line=None, widens=True)
    changes_ = [f"- ⚠️ setting x{n}" for n in range(22)]
    many = told(changes=tuple(msgspec.structs.replace(rule, detail=f"setting x{n}") for n in range(22)), broken=(), lets_in=(), puts_out=(), notes=(),
                opens=tuple(finding(f"o{n}") for n in range(201)), closes=(finding("c"),))  # fmt: skip
    whole = [
        "### ❌ vendorgate: 22 changes of the gate, 22 wider", "", "#### What changes", "", *changes_[:20],
        "", "<details><summary>2 more</summary>", "", *changes_[20:], "", "</details>",
        "", "<details><summary>Opens 201 findings</summary>", "", *(f"- high p: m of o{n}" for n in range(200)), "", "… and 1 more", "", "</details>",
        "", "<details><summary>Closes 1 finding</summary>", "", "- high p: m of c", "", "</details>", "", "<!-- vendorgate-review -->",
    ]  # fmt: skip
    text = render(many, "markdown")
    assert text.splitlines() == whole
    assert markdown.render(many, limit=len(text)) == text
    for limit in (len(text) - 1, 1000, text.index("<details>") + 250):
        cut = markdown.render(many, limit=limit)
        assert len(cut) <= limit and cut.count("<details>") == cut.count("</details>")
        kept = cut[: cut.index("\n\n*The rest is left out")].removesuffix("\n\n</details>")
        assert text.startswith(kept + "\n") and cut.endswith("JSON review.*\n\n<!-- vendorgate-review -->\n")  # fmt: skip
        assert len(cut) > limit - 60, "as much as there is room for"


def test_what_moves_from_file_to_file(tmp_path: Path) -> None:
    """An entry that others may change from now on, told at no line or of another file."""
    entry = "  - {{name: {0}, accounts: ['{1}'], vetting: {{owner: o, reference: r, reviewed: 2026-05-01, expires: 2027-05-01, evidence: []}}}}\n".format
    own = "organization:\n  accounts: ['{}']\n  federation: [{{issuer: i.example}}]\n".format
    waiver = (
        "exceptions:\n  - {policy: p, principal: '*', resource: r, reason: x, owner: o, expires: 2027-01-31}\n"
        + GAP.replace("ec2:*", "s3:*")
    )

    def laid(side: str, first: str, files: dict[str, str]) -> Allowlist:
        folder = tmp_path / side
        (folder / "d").mkdir(parents=True)
        names = f"include: [{', '.join(files)}]\n" if files else ""
        for name, text in {"list.yaml": names + first, **files}.items():
            (folder / name).write_text("version: 1\n" + text)
        return read_allowlist(folder / "list.yaml")

    vendors = [entry(f"V{n}", f"{n:012}") for n in range(7)]
    base = laid("base", "vendors:\n" + "".join(vendors[:6]) + own("888888888888") + waiver, {"d/a.yaml": "vendors:\n" + vendors[6] + GAP})  # fmt: skip
    head = laid("head", "vendors:\n" + vendors[6] + "image_aliases: [amazon]\n",
                {"d/a.yaml": "vendors:\n" + "".join(vendors[:6]) + GAP, "d/b.yaml": own("888888888888") + waiver})  # fmt: skip
    by = "; who may change that decides on it"
    found = {(c.kind, c.detail, c.widens, c.file and c.file.removeprefix(f"{tmp_path}/"), c.line) for c in changes(base, head, TODAY, {})}  # fmt: skip
    assert found == {
        ("include-added", "d/b.yaml", True, None, 2), ("image-alias-added", "amazon", True, None, 5),
        ("include-moved", f"V0, V1, V2, V3, V4 and 1 more: moved from list.yaml to d/a.yaml{by}", False, "head/d/a.yaml", 3),
        ("include-moved", f"V6: moved from d/a.yaml to list.yaml{by}", False, None, 4),
        ("include-moved", f'p * r, 222222222222 us-east-1 s3:*, 888888888888, {{"issuer": "i.example"}}: moved from list.yaml to d/b.yaml{by}', False, "head/d/b.yaml", 6),
    }  # fmt: skip
    of_a_revision = Mark(1, 1, path="HEAD:d/a.yaml"), Mark(1, 1, path="d/a.yaml"), Mark(1, 1)
    assert [file_of(mark) for mark in of_a_revision] == ["d/a.yaml", "d/a.yaml", None]
    back = {(c.kind, c.detail, c.file, c.line) for c in include_changes(head, base) if c.kind == "include-removed"}  # fmt: skip
    assert back == {("include-removed", "d/b.yaml", None, 2)}


def test_what_a_change_opens_and_lets_in() -> None:
    """What was waived counts as closed, what is waived no more as opened; who is vetted, and who is
    ours and so listed no more, is let in. Of two snapshots, only whom both show: who comes or goes
    is let in by no list."""

    def report(findings: list[Any], parties: list[Any], sha256: str = "a") -> Any:
        inputs = SimpleNamespace(snapshot=SimpleNamespace(sha256=sha256))
        return SimpleNamespace(findings=findings, third_parties=parties, inputs=inputs)

    before = report(
        [finding("a"), finding("b"), finding("c", "waived")],
        [
            party("1", "vetted"),
            party("2", "unlisted"),
            party("3", "unlisted"),
            party("4", "vetted"),
            party("7", "expired"),
            party("8", "out-of-scope"),
        ],
    )
    after = report(
        [finding("a"), finding("b", "waived"), finding("c"), finding("d")],
        [party("1", "vetted"), party("2", "vetted"), party("5", "unlisted"), party("6", "vetted")],
    )
    found = _compared(told(), before, after)
    assert [[f.resource for f in some] for some in (found.opens, found.closes)] == [
        ["c", "d"],
        ["b"],
    ]
    assert [[p.id for p in some] for some in (found.lets_in, found.puts_out)] == [
        ["2", "6", "3", "7", "8"],
        ["4", "5"],
    ]
    other = report(after.findings, after.third_parties, "b")
    found = _compared(told(), before, other)
    assert [[p.id for p in some] for some in (found.lets_in, found.puts_out)] == [["2"], []]


RULES: Any = SimpleNamespace(
    severities={}, set=SimpleNamespace(policies=()), disabled=list, overrides=list
)
SETTINGS: list[tuple[dict[str, Any], dict[str, Any], list[tuple[str, bool]]]] = [
    ({}, {"allowlist": "allowlist.yaml", "allow-gaps": False, "builtin": True, "fail-on": "high", "max-age": MAX_AGE,
          "policies": "policies", "snapshot": "snapshot"}, []),
    ({}, {"allowlist": "a.yaml"}, [("allowlist allowlist.yaml → a.yaml", True)]),
    ({"allowlist": "a.yaml"}, {}, [("allowlist a.yaml → allowlist.yaml", True)]),
    ({}, {"snapshot": "s"}, [("snapshot snapshot → s", True)]), ({}, {"policies": "p"}, [("policies policies → p", False)]),
    ({}, {"allow-gaps": True}, [("allow-gaps false → true", True)]), ({"allow-gaps": True}, {}, [("allow-gaps true → false", False)]),
    ({}, {"builtin": False}, [("builtin true → false", True)]), ({"builtin": False}, {}, [("builtin false → true", False)]),
    ({}, {"fail-on": "critical"}, [("fail-on high → critical", True)]), ({}, {"fail-on": "low"}, [("fail-on high → low", False)]),
    ({}, {"max-age": MAX_AGE + 1}, [(f"max-age {MAX_AGE} → {MAX_AGE + 1}", True)]),
    ({}, {"max-age": MAX_AGE - 1}, [(f"max-age {MAX_AGE} → {MAX_AGE - 1}", False)]),
    ({}, {"baseline": "b"}, [("baseline not set → b", True)]), ({"baseline": "b"}, {}, [("baseline b → not set", False)]),
    ({}, {"format": ["json", "text"]}, [("format not set → json, text", False)]),
]  # fmt: skip


@rows("before, after, expected", SETTINGS)
def test_settings_that_let_more_pass(
    before: dict[str, Any], after: dict[str, Any], expected: list[tuple[str, bool]]
) -> None:
    """One line by which the gate reads another list, or nothing fails any more, told as harmless."""
    found = list(rule_changes(Side(RULES, before), Side(RULES, after)))
    assert [(one.detail, one.widens) for one in found] == expected
    assert all(one.gates == one.widens and one.kind == "setting-changed" for one in found)


def entry(fingerprint: str = "f", **more: Any) -> Any:
    return SimpleNamespace(
        **(
            {
                "fingerprint": fingerprint,
                "policy": "p",
                "severity": "high",
                "resource": "r",
                "principal": "1",
                "access": UNSET,
            }
            | more
        )
    )


BASELINES: list[tuple[str, list[Any], list[Any], list[tuple[str, str, bool, bool]]]] = [
    ("the same", [entry()], [entry()], []),
    ("more", [], [entry()], [("baseline-grown", "1 of p: r ← 1", True, True)]),
    ("of a low severity", [], [entry(severity="low", principal=None)], [("baseline-grown", "1 of p: r ← -", True, False)]),
    ("fewer", [entry()], [], [("baseline-shrunk", "1 of p: r ← 1", False, True)]),
    ("a worse severity", [entry()], [entry(severity="critical")], [("baseline-grown", "1 of p: r ← 1", True, True)]),
    ("a lesser one", [entry()], [entry(severity="low")], [("baseline-shrunk", "1 of p: r ← 1", False, True)]),
    ("it reads, and writes now", [entry(access="read")], [entry(access="write")], [("baseline-grown", "1 of p: r ← 1", True, True)]),
    ("it writes, and reads now", [entry(access="write")], [entry(access="read")], [("baseline-shrunk", "1 of p: r ← 1", False, True)]),
    *((f"another {key}", [entry()], [entry(**{key: "x"})], [
        ("baseline-grown", f"1 of {'x' if key == 'policy' else 'p'}: {'x' if key == 'resource' else 'r'} ← {'x' if key == 'principal' else '1'}", True, True),
        ("baseline-shrunk", "1 of p: r ← 1", False, True)]) for key in ("policy", "resource", "principal")),
    ("many", [], [entry(f"f{n}", severity="low" if n else "high") for n in range(5)],
     [("baseline-grown", "5 of p: r ← 1; r ← 1; r ← 1; and 2 more", True, True)]),
]  # fmt: skip


@rows("why, before, after, expected", BASELINES)
def test_findings_that_are_known_from_now_on(
    why: str, before: list[Any], after: list[Any], expected: list[tuple[str, str, bool, bool]]
) -> None:
    """A finding that is covered by an entry of something else, and fails no build any more."""
    found = rule_changes(Side(RULES, known=tuple(before)), Side(RULES, known=tuple(after)))
    assert [(one.kind, one.detail, one.widens, one.gates) for one in found] == expected, why


def test_of_several_known_findings_the_worst_counts() -> None:
    """Catches a baseline that covers a medium finding, told as one of low ones, which fail nothing."""
    grown = [entry("f", severity="low"), entry("g", severity="medium"), entry("h", severity="info")]
    for known in (grown, grown[::-1]):
        before = Side(RULES, {"fail-on": "medium"})
        (one,) = rule_changes(before, Side(RULES, {"fail-on": "medium"}, tuple(known)))
        assert (one.policy_severity, one.gates) == ("medium", True)


def test_what_a_vendor_gets_is_never_told_as_lost() -> None:
    """Catches a new kind of identity without a sentence of its own, which reads as taken away."""
    for what in IDENTITIES.values():
        one = Change(kind=f"{what}-added", vendor="V", detail="x", line=None, widens=True)
        assert "V gets " in sentence(one), what


def test_only_who_is_new_is_without_bounds(tmp_path: Path) -> None:
    """A vendor without a scope that goes, told as one that comes in everywhere."""
    entry = "  - name: Example Pipelines"
    wide = swap('scope: {roles: ["Deploy*"]}', "scope: {}")
    begin, end = wide.index(entry), wide.index("  - name: Old Backup")
    without = wide[:begin] + wide[end:]
    for before, after, expected in ((without, wide, ("vendor-added", True)), (wide, without, ("vendor-removed", False))):  # fmt: skip
        found = changes(listed(tmp_path, before), listed(tmp_path, after), TODAY, SEVERITIES)
        assert expected in {(one.kind, one.unbounded) for one in found}


def test_what_a_change_opens_and_closes() -> None:
    """A finding that an exception waives now, told as new; or one that it waived, as closed."""
    made = {name: factory.finding(fingerprint=name, status=status) for name, status in
            (("open", "open"), ("waived", "waived"), ("other", "open"))}  # fmt: skip
    before = (
        made["open"],
        factory.finding(fingerprint="waived", status="open"),
        factory.finding(fingerprint="late", status="waived"),
    )
    after = (
        made["open"],
        made["waived"],
        made["other"],
        factory.finding(fingerprint="late", status="open"),
    )
    after += (factory.finding(fingerprint="accepted", status="waived"),)
    assert [one.fingerprint for one in _new(after, before)] == ["other", "late"]
    assert [one.fingerprint for one in _new(before, after)] == ["waived"]
