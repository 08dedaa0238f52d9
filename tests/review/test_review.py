"""A change of the allowlist: named, judged, and held against what is deployed."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.support.cli import Ran, vendorgate
from tests.support.snapshots import STRANGER, VENDOR, vendor_role, write

TODAY = "2026-11-20"
BASE = """\
version: 1
vendors:
  - name: Example Monitoring
    accounts: ["999999999999"]
    scope: {roles: ["Mon*"], in_accounts: ["222222222222"], external_id: required, max_privilege: read}
    vetting: {owner: sec@example.com, reference: T-1, reviewed: 2026-05-01, expires: 2027-05-01,
              evidence: [{kind: SOC 2, expires: 2027-06-01}]}
"""
MORE = """\
  - name: {name}
    accounts: ["{account}"]
    scope: {{in_accounts: ["222222222222"]}}
    vetting: {{owner: o, reference: r, reviewed: 2026-11-01, expires: {expires}, evidence: {evidence}}}
"""
EVIDENCE = "[{kind: SOC 2}]"
WAIVER = """\
exceptions:
  - {{policy: {policy}, principal: "*", resource: "{resource}", reason: r, owner: o, expires: {expires}}}
"""


def vendor(name: str = "New", account: str = STRANGER, expires: str = "2027-11-01", evidence: str = EVIDENCE) -> str:  # fmt: skip
    return MORE.format(name=name, account=account, expires=expires, evidence=evidence)


def waiver(policy: str = "anyone-trust", resource: str = "arn:aws:iam::222222222222:role/X",
           expires: str = "2027-01-31") -> str:  # fmt: skip
    return WAIVER.format(policy=policy, resource=resource, expires=expires)


def accepted(
    account: str = '"222222222222"', expires: str = "2027-01-31", reason: str = "an SCP",
    region: str = "us-east-1", call: str = "ec2:*",
) -> str:  # fmt: skip
    where = f"account: {account}, region: '{region}', call: '{call}'"
    return f"gaps:\n  - {{{where}, reason: {reason}, owner: me@example.com, expires: {expires}}}\n"


def review(folder: Path, base: str, head: str, *options: str) -> Ran:
    (folder / "base.yaml").write_text(base)
    (folder / "head.yaml").write_text(head)
    names = ("--base", "base.yaml", "--head", "head.yaml", "--today", TODAY)
    return vendorgate("review", *names, *(options or ("-f", "json")), cwd=folder)


ISSUER = """\
version: 1
vendors:
  - name: Idp
    federation: [{issuer: idp.vendor.example}]
    scope: {roles: ["Mon*"]}
    vetting: {owner: me@example.com, reference: T-2, reviewed: 2026-05-01, expires: 2027-01-31, evidence: [{kind: SOC 2}]}
"""
CHANGES: list[tuple[str, str, str, set[str], set[str]]] = [
    ("comments and order", BASE, "# new\n" + BASE.replace("reference: T-1, reviewed: 2026-05-01",
     "reviewed: 2026-05-01, reference: T-1"), set(), set()),
    ("a vendor", BASE, BASE + vendor(), {"vendor-added", "account-added"}, set()),
    ("a vendor for ten years", BASE, BASE + vendor(expires="2036-01-01"),
     {"vendor-added", "account-added"}, {"change-expires-too-late"}),
    ("a vendor without evidence", BASE, BASE + vendor(evidence="[]"),
     {"vendor-added", "account-added"}, {"change-without-evidence"}),
    ("a vendor whose evidence has expired", BASE,
     BASE + vendor(evidence="[{kind: SOC 2, expires: 2026-01-01}]"),
     {"vendor-added", "account-added"}, {"change-without-evidence"}),
    ("a vendor goes", BASE + vendor(), BASE, {"vendor-removed"}, set()),
    ("one more account", BASE, BASE.replace('["999999999999"]', f'["999999999999", "{STRANGER}"]'),
     {"account-added"}, set()),
    ("an account less", BASE.replace('["999999999999"]', f'["999999999999", "{STRANGER}"]'), BASE,
     {"account-removed"}, set()),
    ("a new name", BASE, BASE.replace("Example Monitoring", "Example Observability"),
     {"vendor-renamed"}, set()),
    ("two vendors in place of one of an issuer", ISSUER, ISSUER.replace("Idp", "Left") + ISSUER.partition("vendors:\n")[2].replace("Idp", "Right"),
     {"vendor-renamed", "vendor-added", "federation-added"}, set()),  # the one has it still
    ("another vendor with some of its accounts", BASE.replace('["999999999999"]', f'["999999999999", "{STRANGER}"]'),
     BASE.replace("Example Monitoring", "Example Observability"), {"vendor-added", "vendor-removed", "account-moved"}, {"change-moved-identity"}),
    ("an account moves", BASE + vendor(), BASE.replace('["999999999999"]', f'["999999999999", "{STRANGER}"]')
     + vendor(account="777777777777"), {"account-moved", "account-added"}, {"change-moved-identity"}),
    ("more roles", BASE, BASE.replace('["Mon*"]', '["Mon*", "Ops*"]'), {"scope-widened"}, set()),
    ("a pattern within the old one", BASE, BASE.replace('["Mon*"]', '["Monitoring"]'),
     {"scope-narrowed"}, set()),
    ("another account", BASE, BASE.replace('["222222222222"]', '["333333333333"]'),
     {"scope-widened", "scope-narrowed"}, set()),
    ("no external id", BASE, BASE.replace("external_id: required, ", ""), {"scope-widened"}, set()),
    ("data, which had been ruled out", BASE.replace("max_privilege: read", "max_privilege: read, reads_data: false"),
     BASE, {"scope-widened"}, set()),
    ("data ruled out", BASE, BASE.replace("max_privilege: read", "max_privilege: read, reads_data: false"),
     {"scope-narrowed"}, set()),
    ("secrets", BASE, BASE.replace("max_privilege: read", "max_privilege: read, reads_secrets: true"),
     {"scope-widened"}, set()),
    ("secrets ruled out", BASE, BASE.replace("max_privilege: read", "max_privilege: read, reads_secrets: false"),
     {"scope-narrowed"}, set()),
    ("more privilege", BASE, BASE.replace("max_privilege: read", "max_privilege: admin"),
     {"scope-widened"}, set()),
    ("no scope at all", BASE, "\n".join(line for line in BASE.splitlines() if "scope" not in line),
     {"scope-widened"}, {"change-unbounded-scope"}),
    ("a longer expiry", BASE, BASE.replace("2027-05-01", "2027-11-01"), {"expiry-extended"}, set()),
    ("a much longer expiry", BASE, BASE.replace("2027-05-01", "2029-11-01"), {"expiry-extended"},
     {"change-expires-too-late"}),
    ("another reference", BASE, BASE.replace("T-1", "T-2"), {"vetting-changed"}, set()),
    ("an exception", BASE, BASE + waiver(), {"exception-added"}, set()),
    ("an exception for everything", BASE, BASE + waiver(resource="*"), {"exception-added"},
     {"change-blanket-exception"}),
    ("the same of a medium policy", BASE, BASE + waiver("missing-external-id", "*"),
     {"exception-added"}, set()),
    ("an exception of more", BASE + waiver(), BASE + waiver(resource="*"), {"exception-added", "exception-removed"},
     {"change-blanket-exception"}),
    ("an exception of another", BASE + waiver().replace('"*"', '"222222222222"'), BASE + waiver(), {"exception-added", "exception-removed"}, set()),
    ("an exception for longer", BASE + waiver(), BASE + waiver(expires="2027-03-31"),
     {"exception-extended"}, set()),
    ("an exception for ever", BASE, BASE + waiver(expires="2099-01-01"), {"exception-added"},
     {"change-expires-too-late"}),
    ("an exception goes", BASE + waiver(), BASE, {"exception-removed"}, set()),
    ("an exception that had expired is in force again", BASE + waiver(expires="2026-10-31"), BASE + waiver(), {"exception-extended"}, set()),
    ("a gap is accepted", BASE, BASE + accepted(), {"gap-accepted"}, set()),
    ("a gap is accepted for ever", BASE, BASE + accepted(expires="2099-01-01"), {"gap-accepted"},
     {"change-expires-too-late"}),
    ("a gap for longer", BASE + accepted(), BASE + accepted(expires="2027-03-31"), {"gap-extended"}, set()),
    ("a gap for less long", BASE + accepted(), BASE + accepted(expires="2026-12-31"), {"gap-shortened"}, set()),
    ("a gap elsewhere", BASE + accepted(), BASE + accepted(account="'*'"), {"gap-accepted", "gap-removed"}, set()),
    ("a gap for another reason", BASE + accepted(), BASE + accepted(reason="legacy"), {"gap-changed"}, set()),
    ("a gap in every region that begins so", BASE, BASE + accepted("'*'", region="us-*"), {"gap-accepted"},
     {"change-blanket-exception"}),
    ("all listings of IAM, in every account", BASE, BASE + accepted("'*'", region="-", call="iam:List*"),
     {"gap-accepted"}, {"change-blanket-exception"}),
    ("what reads in any service, where hardly an account is left out", BASE,
     BASE + accepted("'2*'", region="*", call="*:Describe*"), {"gap-accepted"}, {"change-blanket-exception"}),
    ("such a gap for longer", BASE + accepted("'*'", region="*"),
     BASE + accepted("'*'", region="*", expires="2027-03-31"), {"gap-extended"}, {"change-blanket-exception"}),
    ("one call everywhere", BASE, BASE + accepted("'*'", region="*", call="ec2:GetImageAncestry"),
     {"gap-accepted"}, set()),
    ("some regions everywhere", BASE, BASE + accepted("'*'", region="ap-northeast-*", call="*"),
     {"gap-accepted"}, set()),
    ("all of one account", BASE, BASE + accepted(region="*", call="*"), {"gap-accepted"}, set()),
    ("a gap is accepted no more", BASE + accepted(), BASE, {"gap-removed"}, set()),
    ("an account becomes ours", BASE, BASE + f'organization: {{accounts: ["{STRANGER}"]}}\n',
     {"own-account-added"}, {"change-own-without-evidence"}),
    ("an alias", BASE, BASE + "image_aliases: [amazon]\n", {"image-alias-added"},
     {"change-own-without-evidence"}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "base", "head", "kinds", "broken"), CHANGES, ids=[c[0] for c in CHANGES])  # fmt: skip
def test_changes(tmp_path: Path, why: str, base: str, head: str, kinds: Any, broken: Any) -> None:
    """Each change is named by its kind and judged: a reviewer must not miss one that widens."""
    ran = review(tmp_path, base, head)
    said = json.loads(ran.out)
    assert {c["kind"] for c in said["changes"]} == kinds
    assert {b["policy"] for b in said["broken"]} == broken
    assert (ran.code, said["verdict"]) == ((1, "fail") if broken else (0, "pass"))


ERRING = """\
id: house
title: t
severity: low
applies_to: change
assert: "!contains(%s, 'zz')"
message: "m"
rationale: r
remediation: r
tests:
  - {name: p, facts: {known_as: a, said: a}, expect: pass}
  - {name: f, facts: {known_as: zz, said: zz}, expect: fail}
"""


@pytest.mark.parametrize(("fact", "code"), [("said", 0), ("known_as", 1)])
def test_a_change_that_cannot_be_judged_is_not_accepted(
    tmp_path: Path, fact: str, code: int
) -> None:
    """Catches a policy that errs on a change, and lets it pass."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "house.yaml").write_text(ERRING % fact)
    head = BASE.replace("2027-05-01,\n", "2027-04-01,\n")
    ran = review(tmp_path, BASE, head, "-f", "json", "-p", "rules")
    told = json.loads(ran.out)
    assert (ran.code, [one["policy"] for one in told["broken"]]) == (code, ["house"] * code)


def test_whom_it_lets_in(tmp_path: Path) -> None:
    """The point of the review: the roles that the new line accepts, and the findings it closes."""
    roles = [vendor_role("A", STRANGER, privilege="admin"), vendor_role("B", STRANGER)]
    write(tmp_path / "snapshot", roles=[*roles, vendor_role("Monitoring", privilege="read")])
    said = json.loads(review(tmp_path, BASE, BASE + vendor(), "snapshot", "-f", "json").out)
    (party,) = said["lets_in"]
    assert (party["id"], party["roles"], party["access"][0]["privilege"]) == (STRANGER, 2, "admin")
    assert {f["policy"] for f in said["closes"]} == {"unvetted-account-trust"}
    assert said["opens"] == []
    back = json.loads(review(tmp_path, BASE + vendor(), BASE, "snapshot", "-f", "json").out)
    assert [p["id"] for p in back["puts_out"]] == [STRANGER]
    assert {f["policy"] for f in back["opens"]} == {"unvetted-account-trust"}


@pytest.mark.parametrize(
    ("listed", "snapshot", "broken"),
    [('"111111111111", "222222222222"', True, {"change-unbounded-scope"}),
     ('"111111111111", "222222222222", "333333333333"', True, {"change-unbounded-scope"}),
     ('"222222222222"', True, set()),
     ('"111111111111", "222222222222"', False, set())],
    ids=["all", "all and more", "one", "all, but who knows"],
)  # fmt: skip
def test_a_list_of_all_accounts_is_no_limit(
    tmp_path: Path, listed: str, snapshot: bool, broken: set[str]
) -> None:
    """A scope that names each account there is, and so limits nothing."""
    write(tmp_path / "snapshot", roles=[vendor_role("A", STRANGER)])
    head = BASE + vendor().replace('["222222222222"]', f"[{listed}]")
    given = ("snapshot",) if snapshot else ()
    said = json.loads(review(tmp_path, BASE, head, *given, "-f", "json").out)
    assert {b["policy"] for b in said["broken"]} == broken
    old = BASE.replace('roles: ["Mon*"], ', "").replace('["222222222222"]', f"[{listed}]")
    wide = json.loads(review(tmp_path, BASE, old, *given, "-f", "json").out)
    assert {b["policy"] for b in wide["broken"]} == broken


def test_what_nobody_has_deployed_breaks_a_policy_too(tmp_path: Path) -> None:
    """Catches an account that becomes ours unseen, as no role trusts it on the day of the review."""
    write(tmp_path / "snapshot", roles=[vendor_role("Monitoring", privilege="read")])
    head = BASE + f'organization: {{accounts: ["{STRANGER}"]}}\n'
    ran = review(tmp_path, BASE, head, "snapshot", "-f", "json")
    said = json.loads(ran.out)
    assert (ran.code, said["lets_in"], said["opens"]) == (1, [], [])


def test_an_account_that_becomes_ours_is_let_in(tmp_path: Path) -> None:
    """The quietest way to vet somebody: call the account one's own."""
    write(tmp_path / "snapshot", roles=[vendor_role("A", STRANGER)])
    head = BASE + f'organization: {{accounts: ["{STRANGER}"]}}\n'
    said = json.loads(review(tmp_path, BASE, head, "snapshot", "-f", "json").out)
    assert [p["id"] for p in said["lets_in"]] == [STRANGER]


def test_the_comment(tmp_path: Path) -> None:
    """What a reviewer reads first must be the dangerous, escaped, with the numbers."""
    write(tmp_path / "snapshot", roles=[vendor_role("A", STRANGER, privilege="admin")])
    head = BASE + vendor(name='"<img src=x> @here | `x`"', expires="2036-01-01")
    comment = review(tmp_path, BASE, head, "snapshot", "-f", "markdown").out
    assert comment.startswith("### ❌ vendorgate: 2 changes of the allowlist, 2 wider")
    assert (
        comment.index("change-expires-too-late") < comment.index("Lets in") < comment.index("What")
    )
    assert f"| {STRANGER} |" in comment and "| admin |" in comment
    assert "<img" not in comment and "public catalogue does not know" in comment


def test_the_catalogue_knows_another_name(tmp_path: Path) -> None:
    """A look-alike entry: somebody's name over another company's account."""
    said = json.loads(review(tmp_path, BASE, BASE + vendor("Acme", "464622532012")).out)
    added = next(c for c in said["changes"] if c["kind"] == "account-added")
    assert (added["known_as"], added["name_matches"]) == ("Datadog", False)
    comment = review(tmp_path, BASE, BASE + vendor("Acme", "464622532012"), "-f", "text").out
    assert "knows as Datadog" in comment


def test_annotations_stand_on_the_line(tmp_path: Path) -> None:
    """A pull request shows them beside the line that was added."""
    out = review(tmp_path, BASE, BASE + vendor(expires="2036-01-01"), "-f", "github").out
    line = 1 + BASE.count("\n")
    assert out.startswith(f"::error file=head.yaml,line={line},title=change-expires-too-late::")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """One commit without an allowlist, one with, and a changed work tree."""

    def git(*arguments: str) -> None:
        subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@t", *arguments],
                       cwd=tmp_path, check=True, capture_output=True)  # fmt: skip

    git("init", "-q", "-b", "main")
    git("commit", "-q", "--allow-empty", "-m", "empty")
    (tmp_path / "allowlist.yaml").write_text(BASE)
    git("add", ".")
    git("commit", "-q", "-m", "list")
    (tmp_path / "allowlist.yaml").write_text(BASE + vendor())
    return tmp_path


def test_revisions(repository: Path) -> None:
    """REV:PATH reads what was committed; a revision without the file vetted nobody."""
    head = ("--head", "allowlist.yaml", "--today", TODAY, "-f", "json")
    ran = vendorgate("review", "--base", "HEAD:allowlist.yaml", *head, cwd=repository)
    kinds = {(c["kind"], c["vendor"]) for c in json.loads(ran.out)["changes"]}
    assert kinds == {("vendor-added", "New"), ("account-added", "New")}
    ran = vendorgate("review", "--base", "HEAD~1:allowlist.yaml", *head, cwd=repository)
    said = json.loads(ran.out)
    assert {c["vendor"] for c in said["changes"]} == {"New", "Example Monitoring"}
    assert "The base has no such allowlist: all that this one says is new." in said["notes"]


BAD = [
    ("nowhere.yaml", "nowhere.yaml: cannot be read"),
    ("v9:allowlist.yaml", "neither a file nor a revision of git"),
    ("--output=x:allowlist.yaml", "neither a file nor a revision of git"),
    ("HEAD:", "names no file; write HEAD:allowlist.yaml"),
]


@pytest.mark.parametrize(("name", "message"), BAD, ids=[b[0] for b in BAD])
def test_bad_names(repository: Path, name: str, message: str) -> None:
    """A base that cannot be read must not review as "nothing changed"; no option reaches git."""
    ran = vendorgate("review", f"--base={name}", "--head=allowlist.yaml", "-f", "json", cwd=repository)  # fmt: skip
    assert ran.code == 2, ran.out
    assert any(part in ran.err for part in message.split("|")), ran.err


def test_a_head_that_is_not_there_is_refused(repository: Path) -> None:
    """A misspelt path would review as "all vendors removed", which breaks no policy."""
    names = ("--base", "HEAD:allowlist.yaml", "--head", "HEAD:allowlst.yaml")
    ran = vendorgate("review", *names, cwd=repository)
    assert (ran.code, "allowlst.yaml is not in HEAD" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("base", "head", "why"),
    [
        ("HEAD:allowlst.yaml", "allowlist.yaml", "a misspelt path"),
        ("HEAD~1:lists/allowlist.yaml", "allowlist.yaml", "nor was it there before the list"),
        ("HEAD:allowlst.yaml", "HEAD:allowlist.yaml", "the same of two revisions"),
    ],
)
def test_a_base_that_is_not_there_is_refused(
    repository: Path, base: str, head: str, why: str
) -> None:
    """A misspelt path reviewed as "everything is new", and nobody saw what really changed."""
    ran = vendorgate("review", "--base", base, "--head", head, cwd=repository)
    revision, path = base.split(":")
    assert (ran.code, f"{path} is not in {revision}" in ran.err) == (2, True), ran.err


WIDER_AND_LONGER = [
    (BASE, BASE.replace('["Mon*"]', '["*"]').replace("2027-05-01", "2029-11-01"),
     "the vetting of Example Monitoring holds for 1077 days from today", "a vendor"),
    (BASE + waiver(), BASE + waiver(resource="arn:aws:iam::222222222222:role/A*", expires="2029-11-01"),
     "the waiver of anyone-trust for * holds for 1077 days", "a waiver"),
    (BASE + accepted(), BASE + accepted(account="'*'", expires="2029-11-01"),
     "the waiver of collection-gap holds for 1077 days from today", "a gap"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("base", "head", "message", "why"), WIDER_AND_LONGER, ids=[row[3] for row in WIDER_AND_LONGER]
)
def test_what_is_wider_and_longer_at_once_is_told_once(
    tmp_path: Path, base: str, head: str, message: str, why: str
) -> None:
    """Each of a vendor's changes carried the date, and the policy spoke of "none" or said it again
    for each."""
    broken = json.loads(review(tmp_path, base, head).out)["broken"]
    (late,) = [b["message"] for b in broken if b["policy"] == "change-expires-too-late"]
    assert late.startswith(message) and late.endswith("more than a year (366)")
    assert "none" not in late and "null" not in late


def test_what_is_no_longer_our_own_is_said_in_words(tmp_path: Path) -> None:
    """The name of a kind, for want of a sentence."""
    own = f'organization: {{ids: [o-theirs12345], accounts: ["{STRANGER}"], federation: [{{issuer: idp.example.com}}]}}\nimage_aliases: [amazon]\n'  # fmt: skip
    out = review(tmp_path, BASE + own, BASE, "-f", "text").out
    assert "-removed" not in out and out.count("no longer") == 4, out


def test_a_broken_head_is_refused_with_its_line(tmp_path: Path) -> None:
    """A pull request that breaks the list must fail by file and line."""
    ran = review(tmp_path, BASE, BASE.replace('"999999999999"', "999999999999"))
    assert ran.code == 2 and "head.yaml:4:16: " in ran.err


def test_vendors_known_by_their_accounts(tmp_path: Path) -> None:
    """The same list under the base's own ids is no change at all."""
    said = json.loads(review(tmp_path, BASE, BASE).out)
    assert (said["changes"], said["verdict"], said["compared"]) == ([], "pass", False)
    assert VENDOR in BASE


DOLLARS = [
    (None, "0.5", False, "a dollar, by default, is more"),
    (None, "2.5", True, "more than a dollar"),
    ("2.5", None, False, "back to a dollar"),
    ("0", "1", True, "from nothing"),
    (None, "1", None, "what holds without it"),
]


@pytest.mark.parametrize(("before", "after", "wider", "why"), DOLLARS)
def test_what_calls_may_cost_is_part_of_the_scope(
    before: str | None, after: str | None, wider: bool | None, why: str
) -> None:
    """A bill that a pull request accepts, and that its reviewer does not see."""
    from checker.review.scopes import differences
    from checker.vetting.entries import VettedScope

    one, two = (
        msgspec.convert({"usage": {"usd_per_day": float(d)}} if d else {}, VettedScope)
        for d in (before, after)
    )
    assert [w for _, w in differences(one, two)] == ([] if wider is None else [wider]), why
