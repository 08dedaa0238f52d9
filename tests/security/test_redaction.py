"""`--redact-external-ids`: nothing of an external id is left, and whom a policy lets in stays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.report.redact import STAND_IN, redacted
from checker.snapshot import redact
from checker.snapshot.redact import redacted_document
from checker.snapshot.resources import ResourceRecord
from checker.snapshot.write import encode_document, encode_record
from checker.trust import analyze
from checker.trust.model import Scope
from tests import examples
from tests.collect.iac import plans
from tests.report import factory
from tests.support.cli import vendorgate
from tests.support.front import aws, client
from tests.support.snapshots import (
    ALLOWLIST,
    OWN,
    OWN2,
    STRANGER,
    VENDOR,
    allow,
    role,
    vendor_role,
    write,
)

SECRET = "Acme-7731-QX"
TODAY = "2026-11-20"


def conditions(*pairs: tuple[str, Any]) -> dict[str, Any]:
    """A policy with a statement for each operator and value, the denials last."""
    listed = []
    for operator, value in pairs:
        effect, _, name = operator.rpartition("/")
        statement = allow({"AWS": VENDOR}, **{name: {"sts:ExternalId": value}})
        listed.append(statement | {"Effect": effect or "Allow"})
    return {"Version": "2012-10-17", "Statement": listed}


def grades(document: Any) -> Any:
    """What the analysis says, its witnesses aside."""
    from datetime import date

    scope = Scope(account=OWN2, today=date(2026, 11, 20), own=frozenset({OWN2}))
    found = analyze(json.dumps(document).encode(), scope)
    return [(g.principal, g.external_id, g.statements) for g in found.grants], [
        p.code for p in found.problems
    ]


DOCUMENTS = [
    ("exact", [("StringEquals", SECRET)]),
    ("a list", [("StringEquals", [SECRET, "Other-991"])]),
    ("a pattern", [("StringLike", f"{SECRET}*")]),
    ("a pattern and what it covers, denied", [("StringLike", f"{SECRET}*"), ("Deny/StringEquals", f"{SECRET}9")]),
    ("a pattern that a wider one denies", [("StringLike", f"{SECRET}*"), ("Deny/StringLike", "Acme*")]),
    ("denied by another", [("StringEquals", SECRET), ("Deny/StringEquals", "Other-991")]),
    ("denied by itself", [("StringEquals", SECRET), ("Deny/StringEquals", SECRET)]),
    ("the same but for case", [("StringEquals", SECRET), ("Deny/StringEqualsIgnoreCase", SECRET.lower())]),
    ("all but one", [("StringEquals", SECRET), ("Deny/StringNotEquals", SECRET)]),
    ("any of a set", [("ForAnyValue:StringEquals", [SECRET])]),
    ("there or not", [("StringEqualsIfExists", SECRET)]),
    ("absent", [("Null", "true"), ("StringEquals", SECRET)]),
    ("a variable", [("StringEquals", f"{SECRET}-${{aws:PrincipalAccount}}")]),
    ("a number", [("StringEquals", 77317731)]),
    ("numeric", [("NumericLessThan", "77317731"), ("Deny/NumericEquals", "5")]),
    ("every kind of sign", [("StringLike", "a?B*9+=,.@:/-_z")]),
]  # fmt: skip


@pytest.mark.parametrize("pairs", [d[1] for d in DOCUMENTS], ids=[d[0] for d in DOCUMENTS])
def test_the_answer_stays_and_the_id_goes(pairs: list[tuple[str, Any]]) -> None:
    """A stand-in that lets in somebody else, or nobody, would change the verdict."""
    document = conditions(*pairs)
    kept = redacted_document(document)
    if not any(operator.endswith(("LessThan", "NumericEquals")) for operator, _ in pairs):
        assert grades(kept) == grades(document)
    text = json.dumps(kept)
    assert (
        SECRET not in text
        and "Other-991" not in text
        and "7731" not in text
        and SECRET.lower() not in text
    )


VALUES = st.lists(st.text("abAB19-*?", min_size=2, max_size=6), min_size=1, max_size=2)
OPERATORS = st.sampled_from(["StringEquals", "StringLike", "Deny/StringEquals", "Deny/StringLike",
                             "Deny/StringNotLike", "StringEqualsIgnoreCase", "Deny/StringNotEqualsIgnoreCase"])  # fmt: skip


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(st.tuples(OPERATORS, VALUES), min_size=1, max_size=3))
def test_a_stand_in_never_changes_the_answer(pairs: list[tuple[str, Any]]) -> None:
    """Of any policy: what the ids are compared with are each other."""
    document = conditions(*pairs)
    assert grades(redacted_document(document)) == grades(document)


def test_what_is_no_external_id_stays() -> None:
    """Other conditions, and roles without any, to the byte."""
    document = role("R", allow({"AWS": VENDOR}, StringEquals={"aws:PrincipalOrgID": SECRET}))[
        "trust_policy"
    ]
    assert redacted_document(document) == document


def test_collect_aws_writes_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Into the snapshot; its manifest and every report say that there are stand-ins."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with aws():
        document = json.dumps(vendor_role("S", STRANGER, external_id=SECRET)["trust_policy"])
        client("iam", OWN).create_role(RoleName="vendor", AssumeRolePolicyDocument=document)
        for options in ((), ("--redact-external-ids",)):
            name = "redacted" if options else "plain"
            ran = vendorgate(
                "collect", "aws", "--regions", "us-east-1", "-q", "-o", name, *options, cwd=tmp_path
            )
            assert ran.code in (0, 3), ran.err
            texts = "".join(p.read_text() for p in (tmp_path / name).iterdir())
            assert (SECRET in texts) is not bool(options)
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    both = [
        json.loads(vendorgate("check", n, "--today", TODAY, "-f", "json", cwd=tmp_path).out)
        for n in ("plain", "redacted")
    ]
    found = [[finding["fingerprint"] for finding in report["findings"]] for report in both]
    assert found[0] == found[1] != []
    assert (
        "External ids in this snapshot are stand-ins (--redact-external-ids)." in both[1]["notes"]
    )


TEMPLATE = {"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {
    "AssumeRolePolicyDocument": vendor_role(external_id=SECRET)["trust_policy"]}}}}  # fmt: skip


def test_collect_cloudformation_writes_none(tmp_path: Path) -> None:
    """A template in a public repository is public; the snapshot need not be another copy."""
    (tmp_path / "t.json").write_text(json.dumps(TEMPLATE))
    for options in ((), ("--redact-external-ids",)):
        vendorgate(
            "collect", "cloudformation", "t.json", "--account", OWN2, "-q", *options, cwd=tmp_path
        )
        text = "".join(p.read_text() for p in (tmp_path / "snapshot").iterdir())
        assert (SECRET in text) is not bool(options)


def test_collect_terraform_writes_none(tmp_path: Path) -> None:
    """What a plan would create, likewise; its analysis stays the same."""
    trust = json.dumps(vendor_role(external_id=SECRET)["trust_policy"])
    planned = plans.planned("aws_iam_role", {"name": "R", "assume_role_policy": trust})
    (tmp_path / "plan.json").write_text(json.dumps(plans.plan(planned)))
    for options in ((), ("--redact-external-ids",)):
        ran = vendorgate(
            "collect", "terraform", "plan.json", "--account", OWN2, "-q", *options, cwd=tmp_path
        )
        assert ran.code == 0, ran.err
        text = "".join(p.read_text() for p in (tmp_path / "snapshot").iterdir())
        assert (SECRET in text, VENDOR in text) == (not options, True)


@pytest.mark.parametrize("kind", ["AWS::IAM::Role", "AWS::S3::BucketPolicy"])
@pytest.mark.parametrize("whole", [True, False])
def test_nothing_of_what_is_known_in_part_and_is_no_json(
    tmp_path: Path, kind: str, whole: bool
) -> None:
    """Catches a malformed policy that is shown, where nobody can tell which of it are external ids."""
    text = {"Fn::Sub": f'{{"Statement": [{{"sts:ExternalId": "{SECRET}", ${{Rest}}'}
    key = "AssumeRolePolicyDocument" if "Role" in kind else "PolicyDocument"
    properties = {key: text if whole else {"Statement": [text]}, "Bucket": "b"}
    (tmp_path / "t.json").write_text(
        json.dumps({"Resources": {"R": {"Type": kind, "Properties": properties}}})
    )
    collect = ("collect", "cloudformation", "t.json", "--account", OWN2)
    ran = vendorgate(*collect, "--redact-external-ids", cwd=tmp_path)
    held = "".join(one.read_text() for one in (tmp_path / "snapshot").iterdir())
    assert (ran.code, SECRET in held + ran.err, "${Rest}" in held) == (
        0,
        False,
        not whole or "S3" in kind,
    )


@pytest.mark.parametrize("name", ["text", "json", "sarif", "github", "junit"])
def test_no_report_of_code_holds_one(tmp_path: Path, name: str) -> None:
    """`check --cloudformation` collects and judges in one step, and its reports are posted."""
    trust = vendor_role("S", STRANGER, external_id=SECRET)["trust_policy"]
    body = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust}}
    (tmp_path / "t.json").write_text(json.dumps({"Resources": {"R": body}}))
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    command = ("check", "--cloudformation", "t.json", "--account", OWN2, "--today", TODAY)
    ran = vendorgate(*command, "-f", name, "--redact-external-ids", cwd=tmp_path)
    assert (ran.code, STRANGER in ran.out, SECRET in ran.out) == (1, True, False), ran.err
    assert name != "json" or SECRET in vendorgate(*command, "-f", name, cwd=tmp_path).out


@pytest.mark.parametrize(
    "name", ["text", "json", "html", "sarif", "junit", "markdown", "csv", "ocsf", "oscal", "asff"]
)
def test_no_report_holds_one(tmp_path: Path, name: str) -> None:
    """Of a snapshot that holds them: the witness, the facts, and a policy that prints it."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies/shown.yaml").write_text(
        "id: shown\ntitle: t\nseverity: high\napplies_to: role_trust\nassert: role.name == 'x'\n"
        'message: "needs {to_string(grant.witness.context)}"\nrationale: r\nremediation: m\ntests:\n'
        "  - {name: a, expect: fail, facts: {role: {name: a}, grant: {witness: {context: {}}}}}\n"
        "  - {name: b, expect: pass, facts: {role: {name: x}}}\n"
    )
    write(tmp_path / "snapshot", roles=[vendor_role("S", STRANGER, external_id=SECRET)])
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    plain = vendorgate("check", "--today", TODAY, "-f", name, cwd=tmp_path)
    ran = vendorgate("check", "--today", TODAY, "-f", name, "--redact-external-ids", cwd=tmp_path)
    assert SECRET in plain.out and SECRET not in ran.out and ran.code == plain.code == 1


def test_render_takes_them_out_of_a_stored_report(tmp_path: Path) -> None:
    """For a report that was made whole, and is to be handed on."""
    from checker.report.formats.json import render

    facts = {"grant": {"witness": {"context": {"sts:ExternalId": [SECRET]}}}}
    (tmp_path / "r.json").write_text(
        render(factory.report(factory.finding(facts=facts, message=f"id {SECRET}")))
    )
    ran = vendorgate("render", "r.json", "-f", "json", "--redact-external-ids", cwd=tmp_path)
    assert ran.code == 0 and SECRET not in ran.out and "(redacted)" in ran.out


def policy_text(value: Any) -> str:
    return json.dumps({"Statement": [{"Condition": {"StringEquals": {"sts:ExternalId": value}}}]})


HIDDEN = [
    ("a text", policy_text(SECRET)),
    ("a list", policy_text(["Other", SECRET])),
    ("a document within a document", json.dumps({"template": policy_text([SECRET])})),
    ("an array of documents", [policy_text([SECRET])]),
    ("percent-encoded", quote(policy_text([SECRET]))),
    ("another spelling of the key", policy_text([SECRET]).replace("ExternalId", "EXTERNALID")),
    ("an escape in the key", policy_text([SECRET]).replace("ExternalId", "External\\u0049d")),
    ("cut in a list", policy_text(["Other", SECRET])[:-8]),
    ("cut in a text", policy_text(SECRET)[:-8]),
    ("cut, in a document", json.dumps({"t": policy_text([SECRET])})[:-9]),
    ("YAML", f"Condition:\n  StringEquals:\n    sts:ExternalId: {SECRET}\n"),
    ("a list of YAML", f"Condition:\n  StringEquals:\n    sts:ExternalId:\n      - Other\n      - {SECRET}\n"),
    ("an object", {"Condition": {"StringLike": {"sts:ExternalId": ["Other", SECRET]}}}),
    ("under a key told twice", '{"x": {"sts:ExternalId": "ID"}, "x": 1}'.replace("ID", SECRET)),
    ("nested without end", "[" * 100_000 + SECRET),
]  # fmt: skip


@pytest.mark.parametrize(("why", "given"), HIDDEN, ids=[h[0] for h in HIDDEN])
def test_request_parameters_hold_none(why: str, given: Any) -> None:
    """Policies stand in calls as texts, in which an id may be one of a list."""
    shown = json.dumps(redacted({"policyDocument": given, "roleName": "Monitoring"}))
    assert SECRET not in shown and "redacted" in shown and "Monitoring" in shown


@pytest.mark.parametrize(
    "kept", ['{"a": 1.50, "b":  [2]}', "StringEquals on sts:ExternalId", "[", '"', "50%22", "a: b"]
)
def test_a_text_without_one_stays_as_it_is(kept: str) -> None:
    """A redaction that reformats evidence."""
    assert redacted({"x": kept}) == {"x": kept}


def test_usage_shows_none(tmp_path: Path) -> None:
    """AssumeRole events carry the external id in their request parameters."""
    arn = f"arn:aws:iam::{OWN2}:role/Monitoring"
    event = {"eventID": "1", "eventName": "AssumeRole", "eventSource": "sts.amazonaws.com", "awsRegion": "us-east-1",
             "eventTime": "2026-11-01T00:00:00Z", "recipientAccountId": OWN2,
             "userIdentity": {"type": "AWSAccount", "accountId": VENDOR},
             "requestParameters": {"roleArn": arn, "externalId": SECRET, "policy": policy_text([SECRET])}}  # fmt: skip
    (tmp_path / "log.json").write_text(json.dumps({"Records": [event]}))
    command = ("usage", "callers", "log.json", "--action", "sts:AssumeRole", "-f", "json")
    plain, ran = (
        vendorgate(*command, *more, cwd=tmp_path) for more in ((), ("--redact-external-ids",))
    )
    assert SECRET in plain.out and SECRET not in ran.out and arn in ran.out, ran.err
    assert OWN not in ran.out


INNER = {"Statement": [{"Condition": {"StringEquals": {"sts:ExternalId": [SECRET, "Other-991"]}}}]}
WRITTEN = [
    ("JSON", json.dumps(INNER)),
    ("indented", json.dumps(INNER, indent=2)),
    ("JSON in JSON", json.dumps({"policyDocument": json.dumps(INNER)})),
    ("twice", json.dumps({"a": json.dumps({"policyDocument": json.dumps(INNER)})})),
    ("cut short", json.dumps(INNER)[:-6]),
    ("JSON in JSON, cut short", json.dumps({"policyDocument": json.dumps(INNER)})[:-9]),
    ("URL-encoded", quote(json.dumps(INNER))),
    ("a key in escapes", json.dumps(INNER).replace("ExternalId", "External\\u0049d")),
    ("one value", json.dumps({"externalId": SECRET})),
]


@pytest.mark.parametrize("text", [w[1] for w in WRITTEN], ids=[w[0] for w in WRITTEN])
def test_an_id_within_a_text_goes(text: str) -> None:
    """A trail's request parameters hold a policy as text, however often quoted."""
    kept = json.dumps(redacted({"requestParameters": {"policyDocument": text}}))
    assert SECRET not in kept and "Other-991" not in kept and STAND_IN in kept


@pytest.mark.parametrize(
    "text", ["plain", "externalid", "%22externalid%22 is a key", '{"a": "externalid"}']
)
def test_a_text_without_one_stays(text: str) -> None:
    """Words that only speak of external ids."""
    assert redacted({"a": text}) == {"a": text}


def test_policies_of_resources_keep_none() -> None:
    """An external id in a bucket's policy, in that of an access point, or in one given as text."""
    document = {"Statement": [allow("*", StringEquals={"sts:ExternalId": SECRET})]}
    settings = {"access_points": [{"arn": "a", "policy": json.dumps(document)}], "bucket": "b"}
    for form in (document, json.dumps(document), {"statement": document["Statement"]}):
        record = ResourceRecord(
            account=OWN, arn="arn:aws:s3:::b", kind="AWS::S3::Bucket",
            document=encode_document(form), settings=encode_document(settings),
        )  # fmt: skip
        text = encode_record(redact.redacted(record))
        assert SECRET.encode() not in text and text.count(b"redacted-1") == 2
