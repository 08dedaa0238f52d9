"""One entry of a Principal: whom it names, and what is wrong with it."""

from __future__ import annotations

import pytest

from checker.trust.document import principals
from tests.trust.support import M, V, oidc, role, root

BAD = "invalid-principal"
AWS: list[tuple[str, str, str, str, str | None]] = [
    ("everybody", "*", "star", "", None),
    ("an account", V, "account", V, None),
    ("its root", root(V), "account", V, None),
    ("a role", role(V), "arn", V, None),
    ("a role under a path", role(V, "team/deploy"), "arn", V, None),
    ("a user", f"arn:aws:iam::{V}:user/bob", "arn", V, None),
    ("a session", f"arn:aws:sts::{V}:assumed-role/x/ci", "arn", V, None),
    ("a session without a name", f"arn:aws:sts::{V}:assumed-role/x", "account", V, BAD),
    ("a session of IAM", f"arn:aws:iam::{V}:assumed-role/x/ci", "account", V, BAD),
    ("a role of STS", f"arn:aws:sts::{V}:role/x", "account", V, BAD),
    ("a session of GetFederationToken", f"arn:aws:sts::{V}:federated-user/x", "arn", V, "ambiguous"),
    ("a group, which is no principal", f"arn:aws:iam::{V}:group/x", "account", V, BAD),
    ("a role without a name", f"arn:aws:iam::{V}:role/", "account", V, BAD),
    ("a role in a region", f"arn:aws:iam:us-east-1:{V}:role/x", "account", V, BAD),
    ("a root in a region", f"arn:aws:iam:us-east-1:{V}:root", "account", V, BAD),
    ("a root of another service", f"arn:aws:sts::{V}:root", "account", V, BAD),
    ("roles of a pattern", f"arn:aws:iam::{V}:role/*", "account", V, BAD),
    ("roles of another pattern", f"arn:aws:iam::{V}:role/a?", "account", V, BAD),
    ("any account's root", "arn:aws:iam::*:root", "star", "", BAD),
    ("accounts of a pattern", "arn:aws:iam::99999999999?:root", "star", "", BAD),
    ("any partition's", f"arn:*:iam::{V}:root", "star", "", BAD),
    ("partitions of a pattern", f"arn:aw?:iam::{V}:root", "star", "", BAD),
    ("another partition", f"arn:aws-cn:iam::{V}:root", "account", V, "foreign-partition"),
    ("another partition's role", f"arn:aws-cn:iam::{V}:role/x", "arn", V, "foreign-partition"),
    ("no partition", f"arn::iam::{V}:root", "unresolved", "", BAD),
    ("no account", "arn:aws:iam:::root", "unresolved", "", BAD),
    ("an account of 11 digits", "arn:aws:iam::99999999999:root", "unresolved", "", BAD),
    ("an ARN that breaks off", f"arn:aws:iam::{V}", "unresolved", "", BAD),
    ("an ARN of another name", f"urn:aws:iam::{V}:root", "unresolved", "", BAD),
    ("an ARN with a control sign", f"arn:aws:iam::{V}:role/x\n", "unresolved", "", BAD),
    ("a role that is gone", "AROAEXAMPLEEXAMPLE123", "dangling", "", None),
    ("a user that is gone", "AIDAEXAMPLEEXAMPLE123", "dangling", "", None),
    ("an id of no such kind", "AXXXEXAMPLEEXAMPLE123", "unresolved", "", BAD),
    ("a pattern of nothing", "9999*", "star", "", BAD),
    ("one sign of anything", "99999999999?", "star", "", BAD),
    ("dashes", "9999-9999-9999", "unresolved", "", BAD),
    ("other digits", "٩" * 12, "unresolved", "", BAD),
    ("nothing", "", "unresolved", "", BAD),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "form", "account", "problem"), AWS, ids=[r[0] for r in AWS])  # fmt: skip
def test_an_entry_under_aws(
    why: str, text: str, form: str, account: str, problem: str | None
) -> None:
    """Catches an entry that names fewer than AWS might let in, or one that is refused wrongly."""
    found = principals.aws(text, "aws")
    assert (found.form, found.account, found.problem) == (form, account, problem), why


OTHERS = [
    ("Service", "ec2.amazonaws.com", "service", None),
    ("Service", "*", "service", BAD),
    ("Service", "*.amazonaws.com", "service", BAD),
    ("Service", "ec2.amazonaws.co?", "service", BAD),
    ("Service", "ec2", "unresolved", BAD),
    ("Service", "", "unresolved", BAD),
    ("Federated", oidc("idp.example.com"), "provider", None),
    ("Federated", "accounts.google.com", "provider", None),
    ("Federated", "*", "provider", BAD),
    ("Federated", f"arn:aws:iam::{M}:saml-provider/?", "provider", BAD),
    ("Federated", f"arn:aws:iam::{M}:oidc-provider/${{Issuer}}", "provider", None),
    ("Federated", "${Provider}", "unresolved", BAD),
    ("Federated", "", "unresolved", BAD),
    ("Federated", "a\x00b", "unresolved", BAD),
    ("CanonicalUser", "64-hex", "unresolved", "canonical-user"),
]


@pytest.mark.parametrize(("kind", "text", "form", "problem"), OTHERS, ids=[f"{r[0]} {r[1]}" for r in OTHERS])  # fmt: skip
def test_an_entry_under_another_key(kind: str, text: str, form: str, problem: str | None) -> None:
    """Catches a wildcard that is obeyed as one name, and a name to be filled in that is one."""
    found = principals.READERS[kind](text)
    assert (found.form, found.problem) == (form, problem)
