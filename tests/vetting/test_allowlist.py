"""The allowlist is read strictly, and its errors say where and how to mend."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from checker.errors import InputError
from checker.vetting.allowlist import Allowlist, empty_allowlist
from checker.vetting.entries import Entries
from checker.vetting.read import read_allowlist
from checker.yamlfile import parse_yaml
from tests.support.snapshots import ALLOWLIST

VETTING = (
    "vetting: {owner: a, reference: b, reviewed: 2026-05-01, expires: 2027-05-01, evidence: []}"
)


def vendor(*lines: str, name: str = "X", vetting: str = VETTING) -> str:
    return "".join(f"    {line}\n" for line in (f"name: {name}", *lines, vetting)).replace(
        "    name", "  - name", 1
    )


def listed(*vendors: str, extra: str = "") -> str:
    return "version: 1\nvendors:\n" + "".join(vendors) + extra


def exception(**changes: str) -> str:
    keys = {
        "policy": "anyone-trust", "principal": '"*"', "resource": '"*"', "reason": "r",
        "owner": "o", "expires": "2027-01-31",
    } | changes  # fmt: skip
    return "exceptions:\n  - {" + ", ".join(f"{k}: {v}" for k, v in keys.items() if v) + "}\n"


def proof(url: str) -> str:
    return VETTING.replace("[]", f"[{{kind: SOC 2, url: '{url}'}}]")


REFUSED = [
    ("an octal number to YAML", listed(vendor("accounts: [012345670123]")),
     '4:16: account ids and other numbers here must be quoted, as YAML reads 012345670123 as a '
     'number; write "012345670123"'),
    ("a decimal number", listed(vendor("accounts: [999999999999]")), "must be quoted"),
    ("eleven digits", listed(vendor('accounts: ["99999999999"]')), "not an account id of 12"),
    ("digits of another script", listed(vendor('accounts: ["٩٩٩٩٩٩٩٩٩٩٩٩"]')), "not an account id"),
    ("a trailing newline", listed(vendor('accounts: ["999999999999\\n"]')), "not an account id"),
    ("an organization in capitals", listed(vendor("organizations: [o-ABCDEFGHIJ]")),
     "not an organization id"),
    ("a misspelt key", listed(vendor("acounts: []")), "unknown key 'acounts'; did you mean 'accounts'"),
    ("a misspelt key deeper", listed(vendor('accounts: ["999999999999"]', "scope: {rolls: [a]}")),
     "unknown key 'rolls'; did you mean 'roles'"),
    ("no vetting", listed('  - name: X\n    accounts: ["999999999999"]\n'), "'vetting' is missing"),
    ("no owner", listed(vendor('accounts: ["999999999999"]', vetting=VETTING.replace("owner: a, ", ""))),
     "'owner' is missing"),
    ("no evidence key", listed(vendor('accounts: ["999999999999"]', vetting=VETTING.replace(", evidence: []", ""))),
     "'evidence' is missing"),
    ("no identity", listed(vendor("accounts: []")), "has no identity"),
    ("one account, two vendors",
     listed(vendor('accounts: ["999999999999"]'), vendor('accounts: ["999999999999"]', name="Y")),
     "stands on line 4 too"),
    ("one name, two vendors",
     listed(vendor('accounts: ["999999999999"]'), vendor('accounts: ["888888888888"]')),
     "the vendor name 'X' stands on line 3 too"),
    ("own and a vendor's", 'organization: {accounts: ["999999999999"]}\n'
     + listed(vendor('accounts: ["999999999999"]')), "stands on line 1 too"),
    ("an own organization that is a vendor's", "organization: {ids: [o-abcdefghij]}\n"
     + listed(vendor("organizations: [o-abcdefghij]")), "stands on line 1 too"),
    *(
        (f"{key}, two vendors", listed(vendor(f"{key}: [{one}]"), vendor(f"{key}: [{one}]", name="Y")), "stands on line 4 too")
        for key, one in (("organizations", "o-abcdefghij"), ("marketplace_products", "abc"), ("registries", "quay.io/acme"))
    ),
    ("ends before it begins", listed(vendor('accounts: ["999999999999"]',
     vetting=VETTING.replace("2027", "2025"))), "expires before it was reviewed"),
    ("a year is no date", listed(vendor('accounts: ["999999999999"]',
     vetting=VETTING.replace("2027-05-01", "2027"))), "a date is written YYYY-MM-DD"),
    ("a time is no date", listed(vendor('accounts: ["999999999999"]',
     vetting=VETTING.replace("2027-05-01", "2027-05-01 00:00:00"))), "a date is written YYYY-MM-DD"),
    ("an exception twice", listed(extra=exception() + exception().removeprefix("exceptions:\n")),
     "an exception of the same policy, principal and resource stands on line 3"),
    ("an exception of two owners",
     listed(extra=exception() + exception(owner="p", reason="s", expires="2028-01-31").removeprefix("exceptions:\n")),
     "an exception of the same policy, principal and resource stands on line 3"),
    ("evidence without https", listed(vendor('accounts: ["999999999999"]', vetting=proof("http://example.com/x"))),
     "the address of a document is written https://HOST/"),
    ("evidence of no host", listed(vendor('accounts: ["999999999999"]', vetting=proof("https:///x"))), "https://HOST/"),
    ("evidence with a space", listed(vendor('accounts: ["999999999999"]', vetting=proof("https://e.com/a b"))), "https://HOST/"),
    ("evidence with what nobody sees", listed(vendor('accounts: ["999999999999"]', vetting=proof("https://e.com/\u200b"))), "https://HOST/"),
    ("evidence of no address", listed(vendor('accounts: ["999999999999"]', vetting=proof("https://[x"))), "https://HOST/"),
    ("an exception for nobody", listed(extra=exception(principal="")), "'principal' is missing"),
    ("an exception without end", listed(extra=exception(expires="")), "'expires' is missing"),
    ("an exception for ever", listed(extra=exception(expires="never")), "exceptions.0.expires"),
    ("another version", "version: 2\n", "version"),
    ("a list", "- a\n", "the file must be keys with values"),
    ("text", "hello\n", "the file must be keys with values"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "message"), REFUSED, ids=[r[0] for r in REFUSED])
def test_refused(why: str, text: str, message: str) -> None:
    """An entry that is not what its author meant must not vet anybody."""
    if text.startswith("version: 1\nvendors:\nexceptions"):
        text = text.replace("vendors:\n", "")
    with pytest.raises(InputError) as caught:
        Allowlist(parse_yaml(text.encode(), "allowlist.yaml"))
    assert message in str(caught.value), str(caught.value)
    assert caught.value.line, "an error without a line is a search"


def test_the_example_is_read_whole() -> None:
    """The contract's own example must be accepted, each key in its place."""
    file = Allowlist(parse_yaml(ALLOWLIST.encode(), "f")).file
    (entry,) = file.vendors
    assert entry.accounts == ("999999999999",)
    assert entry.federation[0].claims == {"sub": ("repo:acme/*",)}
    assert entry.scope.external_id == "required"
    assert file.image_aliases == ("amazon",)


def test_an_exception_must_name_a_policy_that_there_is() -> None:
    """A waiver of a misspelt policy would waive nothing, unseen."""
    text = listed(extra=exception(policy="anyone-trsut")).replace("vendors:\n", "")
    allowlist = Allowlist(parse_yaml(text.encode(), "f"))
    with pytest.raises(InputError, match="did you mean 'anyone-trust'"):
        allowlist.check_policies({"anyone-trust"})


def test_a_list_of_nobody() -> None:
    """For who has none yet: it says nothing, and nothing of it is wrong."""
    empty = empty_allowlist()
    assert (empty.file, empty.path, empty.drafts()) == (Entries(version=1), "allowlist.yaml", [])


def test_no_allowlist_is_said_with_its_mend(tmp_path: Path) -> None:
    """A missing file must not read as an empty list."""
    with pytest.raises(InputError, match="there is no allowlist here; make one"):
        read_allowlist(tmp_path / "allowlist.yaml")


DRAFTS = [
    ("neither", "reviewed: , expires: ", "reviewed", "is a draft"),
    ("no day of review", "reviewed: , expires: 2027-05-01", "reviewed", "is a draft"),
    ("no end", "reviewed: 2026-05-01, expires: ", "expires", "is a draft"),
    ("a review to come", "reviewed: 2026-11-21, expires: 2027-05-01", "reviewed", "is yet to come"),
]


@pytest.mark.parametrize(("why", "dates", "key", "said"), DRAFTS, ids=[r[0] for r in DRAFTS])
def test_who_is_not_reviewed_vets_nobody(why: str, dates: str, key: str, said: str) -> None:
    """Catches a draft that vets, one that takes another with it, and a mend at another key."""
    vetting = "vetting:\n" + "".join(
        f"      {one}\n" for one in ("owner: a", "reference: b", *dates.split(", "), "evidence: []")
    )
    text = listed(
        vendor('accounts: ["999999999999"]', vetting=vetting.rstrip("\n")),
        vendor('accounts: ["888888888888"]', name="Y"),
    )
    whole = Allowlist(parse_yaml(text.encode(), "f"))
    found = whole.as_of(date(2026, 11, 20))
    assert [one.name for one in found.file.vendors] == ["Y"]
    (error,) = found.drafts()
    line = text.split("\n")[(error.line or 0) - 1]
    assert said in str(error) and line.strip().startswith(f"{key}:"), str(error)
    later = [one.name for one in whole.as_of(date(2026, 11, 21)).file.vendors]
    assert later == (["X", "Y"] if said == "is yet to come" else ["Y"])


@pytest.mark.parametrize("first", [0, 1])
def test_drafts_stay_drafts_beside_one_of_a_later_day(first: int) -> None:
    """Catches a draft that vets since another vendor is to be reviewed tomorrow."""
    vetting = "vetting: {{owner: a, reference: b, reviewed: {}, expires: {}, evidence: []}}"
    days = ["", "2026-11-21"]
    text = listed(
        vendor('accounts: ["999999999999"]', vetting=vetting.format(days[first], "2027-01-01")),
        vendor('accounts: ["888888888888"]', name="Y", vetting=vetting.format(days[1 - first], "2027-01-01")),
        vendor('accounts: ["777777777777"]', name="Z"),
    )  # fmt: skip
    found = Allowlist(parse_yaml(text.encode(), "f")).as_of(date(2026, 11, 20))
    assert [one.name for one in found.file.vendors] == ["Z"] and len(found.drafts()) == 2
    assert found.as_of(date(2026, 11, 20)).file == found.file


CONTRADICTS = """\
version: 1
organization:
  accounts:
    - "999999999999"
  federation:
    - claims:
        aud: [x]
      issuer: token.actions.githubusercontent.com
vendors:
  - name: A
    accounts:
      - "999999999999"
    vetting:
      owner: o
      reference: r
      reviewed: 2026-05-01
      expires: 2025-05-01
      evidence: []
    scope:
      roles: [x]
      resources:
        - "arn:aws:s3:::x"
        - "nothing"
      kinds:
        - AWS::S3::Bucket
        - AWS::S3::Buckets
  - scope: {}
    name: A
    vetting: {owner: o, reference: r, reviewed: 2026-05-01, expires: 2027-05-01, evidence: []}
exceptions:
  - {policy: p, principal: "1", resource: r, reason: x, owner: o, expires: 2027-01-31}
  - {policy: p, principal: "1", resource: r, reason: y, owner: o, expires: 2027-01-31}
gaps:
  - {account: "*", region: "*", call: "ec2:*", reason: x, owner: o, expires: 2027-01-31}
  - {account: "*", region: "*", call: "ec2:*", reason: x, owner: o, expires: 2027-01-31}
  - {account: "*", region: "*", call: "*", reason: x, owner: o, expires: 2027-01-31}
  - account: "*"
    region: "*"
    call: "*:Get*"
    reason: x
    owner: o
    expires: 2027-01-31
"""
EACH = [
    (8, 15, "token.actions.githubusercontent.com issues tokens to everybody, and no claim names us", 'add one that does, as in claims: {sub: ["repo:YOUR-ORG/*"]}'),
    (12, 9, "the account '999999999999' stands on line 4 too", "keep it in one place"),
    (17, 16, "the vetting expires before it was reviewed", None),
    (23, 11, "'nothing' is no pattern of ARNs", "write one, as arn:aws:s3:::acme-*"),
    (26, 11, "no kind of resource is called 'AWS::S3::Buckets'", "did you mean 'AWS::S3::Bucket'?"),
    (27, 5, "the vendor 'A' has no identity", "give it accounts, organizations, federation, marketplace_products or registries"),
    (28, 11, "the vendor name 'A' stands on line 10 too", "keep it in one place"),
    (32, 5, "an exception of the same policy, principal and resource stands on line 31", "keep one of them"),
    (35, 5, "the same gaps are accepted on line 34", "keep one of them"),
    (36, 5, "this accepts every gap there is", "name an account, a region or a call, such as ec2:*"),
    (39, 11, "'*:Get*' accepts gaps of more than one service, in every account and region", "write the service, such as ec2:*, or name an account or a region"),
]  # fmt: skip


def test_each_contradiction_is_told_at_its_place(tmp_path: Path) -> None:
    """One that is told on another's line, is told first of all, or hides those behind it."""
    (tmp_path / "a.yaml").write_text(CONTRADICTS)
    with pytest.raises(InputError) as caught:
        read_allowlist(tmp_path / "a.yaml")
    every = (caught.value, *caught.value.others)
    assert [(one.line, one.column, one.message, one.hint) for one in every] == EACH
