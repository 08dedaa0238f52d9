"""Stand-ins for external ids: what they keep, wherever an id stands, and what they leave alone."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from checker.snapshot.records import ImageUse, Role
from checker.snapshot.redact import redacted, redacted_document
from checker.snapshot.resources import ResourceRecord
from tests.support.rows import rows


def when(**operators: Any) -> dict[str, Any]:
    return {"Statement": [{"Effect": "Allow", "Condition": {name.replace("__", ":"): {"sts:ExternalId": value} for name, value in operators.items()}}]}  # fmt: skip


def ids(document: Any) -> Any:
    blocks = redacted_document(document)["Statement"][0]["Condition"]
    return {operator: next(iter(block.values())) for operator, block in blocks.items()}


CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("one", {"StringEquals": "secret"}, {"StringEquals": "redacted-1"}), ("two in a list", {"StringEquals": ["a", "b"]}, {"StringEquals": ["redacted-1", "redacted-2"]}),
    ("the same twice", {"StringEquals": ["a", "b"], "StringNotEquals": "b"}, {"StringEquals": ["redacted-1", "redacted-2"], "StringNotEquals": "redacted-2"}),
    ("by likeness, without a wildcard", {"StringLike": "a"}, {"StringLike": "redacted-1"}), ("a number", {"StringEquals": 123}, {"StringEquals": "redacted-1"}),
    ("a pattern", {"StringLike": "ab*", "StringEquals": "abC1"}, {"StringLike": "ab*", "StringEquals": "abC0"}), ("letters are others", {"StringLike": "za9*"}, {"StringLike": "ab0*"}),
    ("a question mark", {"StringLike": "z?"}, {"StringLike": "a?"}), ("a variable stays", {"StringEquals": "z${aws:username}"}, {"StringEquals": "a${aws:username}"}),
    ("without their case", {"StringEqualsIgnoreCase": "Zz"}, {"StringEqualsIgnoreCase": "Aa"}), ("a set", {"ForAnyValue__StringEquals": "a"}, {"ForAnyValue:StringEquals": "redacted-1"}),
    ("if it is there", {"StringEqualsIfExists": "a"}, {"StringEqualsIfExists": "redacted-1"}), ("other letters", {"StringLike": "é-_z*"}, {"StringLike": "é-_a*"}),
    ("whether there is one", {"Null": "true"}, {"Null": "true"}), ("that, beside an id", {"Null": "true", "StringEquals": "a"}, {"Null": "true", "StringEquals": "redacted-1"}),
]  # fmt: skip


@rows("why, given, expected", CASES)
def test_stand_ins(why: str, given: dict[str, Any], expected: dict[str, Any]) -> None:
    """Equal ids stay equal, others others; what a pattern covers it covers still."""
    assert ids(when(**given)) == expected, why


def test_a_wildcard_of_another_key_gives_no_letter_away() -> None:
    """Only what is compared with an id decides how its stand-in looks."""
    document = when(StringEquals="secret")
    document["Statement"][0]["Condition"]["StringLike"] = {"aws:PrincipalArn": "arn:*"}
    found = redacted_document(document)["Statement"][0]["Condition"]
    assert found == {"StringEquals": {"sts:ExternalId": "redacted-1"}, "StringLike": {"aws:PrincipalArn": "arn:*"}}  # fmt: skip


def test_keys_in_any_letters_and_ids_in_lists_of_blocks() -> None:
    """Wherever AWS would read one; an id outside of a condition is none."""
    document = {"Statement": [{"Condition": {"StringEquals": {"STS:externalID": "a"}}}, {"Condition": [{"StringEquals": {"sts:ExternalId": "b"}}]}], "sts:ExternalId": "c"}  # fmt: skip
    found = json.dumps(redacted_document(document))
    assert '"a"' not in found and '"b"' not in found


def raw(value: Any) -> msgspec.Raw:
    return msgspec.Raw(json.dumps(value).encode())


DOCUMENT = when(StringEquals="secret")


def test_each_record_that_holds_a_policy() -> None:
    """A role's, a resource's with its share and its settings; others are themselves."""
    role = Role(account="1", arn="a", name="r", trust_policy=raw(DOCUMENT))
    as_text = Role(account="1", arn="a", name="r", trust_policy=raw(json.dumps(DOCUMENT)))
    broken = Role(account="1", arn="a", name="r", trust_policy=raw("{sts:ExternalId: secret"))
    resource = ResourceRecord(account="1", region=None, arn="a", kind="k", document=raw(DOCUMENT), settings=raw({"points": [{"policy": json.dumps(DOCUMENT)}]}), share=raw(DOCUMENT))  # fmt: skip
    for record in (role, as_text, broken, resource):
        text = msgspec.json.encode(redacted(record)).decode()
        assert "secret" not in text and ("redacted-1" in text or record is broken), text
    assert "left out" in msgspec.json.encode(redacted(broken)).decode()
    use = ImageUse(resource="r", kind="instance", account="1", region="x", image_id=None)
    assert redacted(use) is use
    plain = Role(account="1", arn="a", name="r", trust_policy=raw({"Statement": []}))
    assert bytes(redacted(plain).trust_policy) == bytes(plain.trust_policy)  # type: ignore[attr-defined]
    texts = ResourceRecord(account="1", region=None, arn="a", kind="k", settings=raw({"note": "sts:ExternalId is asked for", "p": "[" + json.dumps(DOCUMENT) + "]"}))  # fmt: skip
    found = json.loads(bytes(redacted(texts).settings))  # type: ignore[attr-defined]
    assert found["note"] == "sts:ExternalId is asked for" and "secret" not in found["p"]
