"""`vendorgate analyze`: forms of input, forms of output."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from click.testing import CliRunner, Result

from checker.cli.analyze import command
from checker.errors import InputError
from tests.support.cli import vendorgate
from tests.trust.support import OWN, M, V, deny, policy, statement

VENDOR = policy(statement({"AWS": V}, {"StringEquals": {"sts:ExternalId": "abc"}}))
TEXT = json.dumps(VENDOR)


def run(text: str | bytes, *options: str) -> Result:
    arguments = ["-", "--account", M, "--today", "2026-11-20", *options]
    return CliRunner().invoke(command, arguments, input=text)


def test_json_is_the_published_form() -> None:
    """Catches a key that scripts rely on and that is left out."""
    found = json.loads(run(TEXT, "-f", "json").stdout)
    assert found.keys() == {"schema", "grants", "problems", "statements"}
    (grant,) = found["grants"]
    assert grant["principal"] == {"kind": "account", "partition": "aws", "account": V}
    assert grant["external_id"] == "required"
    assert grant["network_limited"] is False
    assert grant["statements"] == [0]
    assert grant["witness"]["context"]["sts:ExternalId"] == "abc"
    (outcome,) = found["statements"]
    assert (outcome.keys(), outcome["outcome"]) == (
        {"index", "effect", "outcome", "reason"},
        "grants",
    )


@pytest.mark.parametrize(
    "text",
    [TEXT, json.dumps(VENDOR, indent=2), quote(TEXT), json.dumps(quote(TEXT)), json.dumps(TEXT)],
    ids=["line", "pretty", "url-encoded", "string of url-encoded", "string"],
)
def test_one_document_in_any_form(text: str) -> None:
    """Catches a form of the document that is refused or misread."""
    assert run(text, "-f", "json").stdout == run(TEXT, "-f", "json").stdout


@pytest.mark.parametrize(
    "text",
    [
        f"{TEXT}\n{json.dumps(quote(TEXT))}\n\n{quote(TEXT)}\n",
        f" [{TEXT},\n {json.dumps(VENDOR, indent=1)}, {json.dumps(TEXT)}]",
    ],
    ids=["lines", "array"],
)
def test_many_documents_are_answered_in_order(text: str) -> None:
    """Catches a document that is lost among many."""
    lines = run(text, "-f", "jsonl").stdout.splitlines()
    assert [json.loads(line)["grants"][0]["principal"]["account"] for line in lines] == [V] * 3
    assert run(text, "-f", "json").stdout.splitlines() == lines


def test_duplicate_keys_are_seen_in_an_array() -> None:
    """Catches a second Effect that hides the first."""
    line = run('[{"Statement": 1, "Statement": 2}]', "-f", "jsonl").stdout
    assert "duplicate-key" in line


@pytest.mark.parametrize(
    ("text", "place"),
    [("{", "-:1:2:"), ("", "-: is empty"), (f"{TEXT}\n{{\n", "-:2:"), (b"\xff", "-: is not UTF-8")],
)
def test_what_is_no_json_is_refused_with_its_place(text: str | bytes, place: str) -> None:
    """Catches a traceback, and a message that doesn't say where."""
    error = run(text).exception
    assert isinstance(error, InputError)
    assert str(error).startswith(place)
    assert "\n" not in str(error)


def test_text_explains_and_escapes() -> None:
    """Catches a name that takes over the terminal."""
    document = policy(statement({"AWS": [V, "\x1b[31mred\ud800"]}))
    shown = run(json.dumps(document)).stdout
    assert f"The whole account {V} (aws) can call sts:AssumeRole" in shown
    assert "confused-deputy" in shown
    assert "\x1b" not in shown


def test_providers_name_the_issuer(tmp_path: Path) -> None:
    """Catches provider records that are ignored."""
    arn = f"arn:aws:iam::{M}:saml-provider/Okta"
    record = {"account": M, "arn": arn, "kind": "saml", "issuer": "http://okta.example"}
    (tmp_path / "providers.jsonl").write_text(json.dumps(record) + "\n")
    document = policy(statement({"Federated": arn}, Action="sts:AssumeRoleWithSAML"))
    options = ("--providers", str(tmp_path / "providers.jsonl"), "-f", "json")
    (grant,) = json.loads(run(json.dumps(document), *options).stdout)["grants"]
    assert grant["principal"]["provider"] == "http://okta.example"


W = "888888888888"
SNS = {"Service": "sns.amazonaws.com"}
OWN_ORG = ("--organization", "o-own1234567")
THREE = json.dumps(
    policy(
        statement({"AWS": [V, W]}, {"StringEquals": {"sts:ExternalId": "abc"}}),
        statement("*", {"StringEquals": {"aws:PrincipalOrgID": "o-own1234567"}}),
        statement({"AWS": W}, Effect="Deny"),
    )
)
BOTH = json.dumps(
    policy(
        statement({"AWS": [V, W]}, {"StringEquals": {"sts:ExternalId": "abc"}}),
        statement({"Service": "ec2.amazonaws.com"}),
        statement({"AWS": W}, Effect="Deny"),
    )
)


def test_explain_tells_of_each_statement_what_it_does() -> None:
    """Catches a statement that nobody accounts for."""
    shown = run(THREE, *OWN_ORG, "--explain").stdout
    assert "Statement 0 (Allow, grants): it lets in account 999999999999" in shown
    assert "Statement 1 (Allow, inert): no outsider whom it names can fulfil" in shown
    assert "StringEquals on aws:PrincipalOrgID" in shown
    assert "Statement 2 (Deny, denied): it refuses requests" in shown
    plain = run(THREE, *OWN_ORG).stdout
    assert ("Statement 0" in plain, "Statement 1" in plain) == (False, True)


@pytest.mark.parametrize(
    ("asked", "allowed", "place"),
    [
        (V, True, 0),
        (f"arn:aws:iam::{V}:role/x", True, 0),
        (W, False, 2),
        ("777777777777", False, 1),
        ("o-other12345", True, 0),
        ("o-own1234567", True, 1),
        ("ec2.amazonaws.com", False, 1),
        ("token.actions.githubusercontent.com", False, None),
    ],
)
def test_who_answers_for_one(asked: str, allowed: bool, place: int | None) -> None:
    """Catches an answer that is another's, or that doesn't say which statement decides."""
    found = json.loads(run(THREE, *OWN_ORG, "--who", asked, "-f", "json").stdout)
    assert (found["allowed"], found["statement"]) == (allowed, place)
    assert found["reason"]
    assert ("witness" in found) is allowed


def test_who_in_words_shows_a_request_of_its_own() -> None:
    """Catches an answer in words that leaves out what decides."""
    shown = run(THREE, *OWN_ORG, "--who", f"arn:aws:iam::{V}:role/x").stdout
    assert shown.startswith("Let in: this statement lets it in (statement 0, counted from 0)")
    assert f"for example arn:aws:iam::{V}:role/x calling sts:AssumeRole" in shown
    shown = run(THREE, *OWN_ORG, "--who", W).stdout
    assert shown.startswith("Not let in: the Deny in statement 2 refuses what statement 0")


@pytest.mark.parametrize(
    ("principal", "context", "allowed", "place", "why"),
    [
        (V, {"sts:ExternalId": "abc"}, True, 0, "lets it in"),
        (V, {"sts:ExternalId": "abd"}, False, 0, "StringEquals on sts:ExternalId"),
        (V, {}, False, 0, "no such key"),
        (W, {"sts:ExternalId": "abc"}, False, 2, "this Deny refuses"),
    ],
)
def test_request_answers_for_one_request(
    tmp_path: Path,
    principal: str,
    context: dict[str, str],
    allowed: bool,
    place: int,
    why: str,
) -> None:
    """Catches a request that is answered as the principal in general would be."""
    path = tmp_path / "request.json"
    asked = {"principal": f"arn:aws:iam::{principal}:role/x", "context": context}
    path.write_text(json.dumps({"action": "sts:AssumeRole", **asked}))
    found = json.loads(run(BOTH, "--request", str(path), "-f", "json").stdout)
    assert (found["allowed"], found["statement"]) == (allowed, place)
    assert why in found["reason"]
    shown = run(BOTH, "--request", str(path)).stdout
    assert shown.startswith("Let in: " if allowed else "Not let in: ")


def asks(condition: dict[str, Any], *denies: Any, principal: Any = "*") -> dict[str, Any]:
    return policy(statement(principal, condition or None), *denies)


def like(operator: str, key: str, value: str) -> dict[str, Any]:
    return {operator: {key: value}}


A_ROLE, OWN_ROLE, SESSION = (
    f"arn:aws:iam::{V}:role/r",
    f"arn:aws:iam::{M}:role/r",
    "AROAEXAMPLEEXAMPLE123:s",
)
LACKING: list[tuple[str, dict[str, Any], str, dict[str, Any], bool | None]] = [
    ("an own account is in the own organization", asks(like("StringEquals", "aws:PrincipalOrgID", OWN)),
     OWN_ROLE, {}, True),
    ("so is it for a Deny", asks({}, deny("*", like("StringNotEquals", "aws:PrincipalOrgID", OWN))), OWN_ROLE, {}, True),
    ("where in it, nobody said", asks(like("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", f"{OWN}/*")),
     OWN_ROLE, {}, None),
    ("every caller has a user id", asks({}, deny("*", like("StringLike", "aws:userid", "*"))), A_ROLE, {}, None),
    ("which may be what is asked", asks(like("StringLike", "aws:userid", "AROA*")), A_ROLE, {}, None),
    ("and is, once it is given", asks(like("StringLike", "aws:userid", "AROA*")), A_ROLE, {"aws:userid": SESSION}, True),
    ("where the role is, nobody said", asks(like("ForAnyValue:StringLike", "aws:ResourceOrgPaths", f"{OWN}/*")),
     A_ROLE, {}, None),
    ("two keys tell one moment", asks(like("DateLessThan", "aws:CurrentTime", "2026-12-01")),
     A_ROLE, {"aws:EpochTime": "1900000000"}, False),
    ("of a whole account nobody knows who calls", asks(like("StringEquals", "aws:PrincipalType", "AssumedRole")),
     V, {}, None),
    ("the context contradicts the principal", asks({}), A_ROLE, {"aws:PrincipalAccount": W}, None),
    ("one key twice", asks({}), A_ROLE, {"sts:ExternalId": "a", "STS:externalid": "b"}, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "document", "principal", "context", "allowed"), LACKING, ids=[r[0] for r in LACKING]
)
def test_what_a_request_does_not_tell_is_not_taken_for_absent(
    tmp_path: Path, reason: str, document: Any, principal: str, context: Any, allowed: bool | None
) -> None:
    """Catches a sure answer about a request that cannot be as it was given."""
    path = tmp_path / "request.json"
    asked = {"action": "sts:AssumeRole", "principal": principal, "context": context}
    path.write_text(json.dumps(asked))
    text = json.dumps(document)
    found = json.loads(run(text, *OWN_ORG, "--request", str(path), "-f", "json").stdout)
    assert found["allowed"] is allowed, (reason, found)


def test_who_doubts_where_a_deny_is_in_doubt() -> None:
    """Catches a provider that is sure to be let in, though AWS may mean it by a Deny of `*`."""
    federated = statement(
        {"Federated": "accounts.google.com"}, Action="sts:AssumeRoleWithWebIdentity"
    )
    refused = deny({"AWS": "*"}, Action="sts:*")
    text = json.dumps(policy(federated, refused))
    found = json.loads(run(text, "--who", "accounts.google.com", "-f", "json").stdout)
    assert (found["allowed"], found["statement"]) == (None, 1)


@pytest.mark.parametrize(
    ("document", "options", "code"),
    [
        (VENDOR, (), 1),
        (policy(statement({"AWS": M})), (), 0),
        (policy(statement({"Service": "ec2.amazonaws.com"})), (), 0),
        (policy(statement({"AWS": V}, Effect="allow")), (), 1),  # not understood is no pass
        (policy(statement(SNS, {"StringEquals": {"aws:SourceAccount": M}})), (), 0),
        (policy(statement(SNS, {"StringEquals": {"aws:SourceOrgID": OWN}})), OWN_ORG, 0),
        (policy(statement(SNS, {"StringEquals": {"aws:SourceAccount": V}})), (), 1),
        (VENDOR, ("--who", V), 1),
        (VENDOR, ("--who", W), 0),
        (policy(statement({"AWS": V}, Effect="allow")), ("--who", W), 1),
    ],
)
def test_fail_is_for_scripts(document: object, options: tuple[str, ...], code: int) -> None:
    """Catches a script that goes on though an outsider is let in, and one that never does."""
    text = json.dumps(document)
    assert run(text, *options).exit_code == 0
    assert run(text, *options, "--fail").exit_code == code


ROLE = {"RoleName": "x", "Arn": f"arn:aws:iam::{M}:role/x", "AssumeRolePolicyDocument": VENDOR}


@pytest.mark.parametrize("form", ["json", "jsonl"])
@pytest.mark.parametrize(
    "printed",
    [
        {"Role": ROLE},
        {"Roles": [ROLE]},
        {"RoleDetailList": [ROLE], "IsTruncated": False},
        ROLE,
        {"Role": ROLE | {"AssumeRolePolicyDocument": quote(TEXT)}},
    ],
    ids=["get-role", "list-roles", "authorization-details", "a role", "url-encoded"],
)
def test_what_the_aws_cli_prints_is_unwrapped(printed: object, form: str) -> None:
    """Catches an output that people have at hand, and that is taken for a policy which allows
    nothing."""
    found = json.loads(run(json.dumps(printed, indent=2), "-f", form).stdout)
    assert found["role"] == ROLE["Arn"]
    assert found["grants"] == json.loads(run(TEXT, "-f", "json").stdout)["grants"]


def test_each_role_of_a_list_is_answered_under_its_name() -> None:
    """Catches an answer that cannot be told to be which role's."""
    other = {**ROLE, "Arn": f"arn:aws:iam::{M}:role/y", "AssumeRolePolicyDocument": {}}
    shown = run(json.dumps({"Roles": [ROLE, other]})).stdout
    first, second = shown.split(f"{other['Arn']}\n")
    assert first.startswith(f"{ROLE['Arn']}\nThe whole account {V}")
    assert "can call" not in second


def test_each_of_many_is_asked_under_its_name() -> None:
    """Catches an answer about one of an account's roles that cannot be told to be which one's."""
    other = {
        **ROLE,
        "Arn": f"arn:aws:iam::{M}:role/y",
        "AssumeRolePolicyDocument": json.loads(BOTH),
    }
    text = json.dumps({"Roles": [ROLE, other]})
    lines = run(text, "--who", W, "-f", "jsonl").stdout.splitlines()
    assert [(one["role"][-1], one["statement"]) for one in map(json.loads, lines)] == [
        ("x", None),
        ("y", 2),
    ]
    assert run(text, "--who", W).stdout.startswith(f"{ROLE['Arn']}\nNot let in: ")
    shown = run(f"[{TEXT}, {TEXT}]", "--who", V).stdout
    assert ("Document 1\nLet in" in shown, "Document 2\nLet in" in shown) == (True, True)


NOT_A_REQUEST = "{path}: is no request; write {{"


@pytest.mark.parametrize(
    ("text", "options", "request_", "told"),
    [
        (TEXT, ("--who", "nobody"), None, "'nobody' names nobody that could call; give an account"),
        (TEXT, ("--who", "99999999999"), None, "'99999999999' names nobody that could call"),
        (TEXT, ("--who", ""), None, "'' names nobody that could call"),
        (TEXT, ("--request", ""), None, "cannot be read: Is a directory"),
        (TEXT, ("--who", V), "{}", "give --who or --request, not both"),
        (TEXT, (), "[1", "{path}: not JSON: "),
        (TEXT, (), "[" * 100_000, "{path}: not JSON: "),
        (TEXT, (), "[]", NOT_A_REQUEST),
        (TEXT, (), '{"principal": 1}', NOT_A_REQUEST),
        (TEXT, (), '{"principal": "x", "contxt": {}}', NOT_A_REQUEST),
        (TEXT, (), '{"principal": "x", "context": []}', NOT_A_REQUEST),
        (
            TEXT,
            (),
            f'{{"principal": "{V}", "context": {{"a": 1{"0" * 30}}}}}',
            "{path}: a has no text",
        ),
        ('{"Role": {"RoleName": "x"}}', (), None, "{file}: x has no trust policy; give the whole"),
        ('{"Roles": [7]}', (), None, "{file}: a role has no trust policy; give the whole"),
        ("{", ("--who", V), None, "{file}:1:2: "),
    ],
)
def test_bad_questions_are_one_line(
    tmp_path: Path, text: str, options: tuple[str, ...], request_: str | None, told: str
) -> None:
    """Catches a traceback, an answer to what nobody asked, and an error without the mend."""
    path = tmp_path / "request.json"
    if request_ is not None:
        path.write_text(request_)
        options = (*options, "--request", str(path))
    policy_file = tmp_path / "policy.json"
    policy_file.write_text(text)
    ran = vendorgate("analyze", policy_file, "--account", M, *options)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: " + told.format(path=path, file=policy_file))
    assert ran.err.count("\n") == 1
