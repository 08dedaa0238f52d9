"""What a proof says in words, and what of a policy is for everybody."""

from __future__ import annotations

from typing import Any

from checker.enforce.doubt import Doubt
from checker.enforce.found import Found, Proof
from checker.enforce.image_proof import ImageProof, Use
from checker.enforce.public_proof import Public, PublicProof, _for_everybody, _statements
from checker.enforce.text import MOST, of_images, of_public, of_roles
from checker.trust import Witness
from checker.trust.model import Principal
from tests.support.rows import rows

WHO = Principal(kind="account", account="999999999999")
WITNESS = Witness(principal="arn:w", action="sts:AssumeRole", context={})


def found(**what: Any) -> Found:
    given: dict[str, Any] = {"resource": "arn:r", "account": "1", "id": "999999999999", "principal": WHO, "status": "unlisted"}  # fmt: skip
    return Found(**given | what)


TRUSTS: list[tuple[dict[str, Any], str, str]] = [
    ({}, "999999999999 in arn:r: unlisted", "999999999999 in arn:r: unlisted, refused"),
    ({"name": "Acme"}, "999999999999 (Acme) in arn:r: unlisted", "999999999999 (Acme) in arn:r: unlisted, refused"),
    ({"reason": "why"}, "999999999999 in arn:r: unlisted; why", "999999999999 in arn:r: unlisted, refused"),
    ({"waived": "a.yaml:3"}, "999999999999 in arn:r: unlisted; accepted by a.yaml:3", "999999999999 in arn:r: unlisted, refused"),
    ({"entry": "a.yaml:7"}, "999999999999 in arn:r: unlisted", "999999999999 in arn:r: unlisted by a.yaml:7, refused"),
    ({"witness": WITNESS}, "999999999999 in arn:r: unlisted", "999999999999 in arn:r: unlisted, refused, as arn:w by sts:AssumeRole"),
]  # fmt: skip


@rows("what, trust, cut", TRUSTS)
def test_a_trust_and_a_cut(what: dict[str, Any], trust: str, cut: str) -> None:
    """Whom it is about, why, by which entry, and by which request it was found."""
    one = found(**what)
    assert list(of_roles(Proof(cuts=[one], left=[one])))[2] == f"  {cut}"
    lines = list(of_roles(Proof(closes=[one], left=[one])))
    assert lines.count(f"  {trust}") == 2


def test_each_kind_is_counted_and_cut() -> None:
    """As many lines as are shown, and how many more."""
    for number in (0, 1, MOST, MOST + 1, MOST + 2000):
        lines = list(of_roles(Proof(left=[found()] * number)))
        assert f"does not reach: {number:,}" in lines
        assert lines.count("  999999999999 in arn:r: unlisted") == min(number, MOST)
        more = [line for line in lines if "more;" in line]
        assert more == ([f"  and {number - MOST:,} more; --report FILE has all"] if number > MOST else [])  # fmt: skip
    head = list(of_roles(Proof(roles=1, trusting=1000, kept=2, resources=3, doubts=[Doubt("here", "why")])))  # fmt: skip
    assert head[0] == "looked at 1 role, of which 1,000 trust somebody outside; 2 vetted trusts stay whole"  # fmt: skip
    assert head[1].startswith("looked at 3 resources that let somebody in") and head[-1] == "  here: why"  # fmt: skip
    assert not any("resource" in line for line in of_roles(Proof(roles=1)))


def test_uses_of_images_and_what_is_public() -> None:
    """Nobody where nobody is known; everybody by that word."""
    use = Use("r", "1", "us-east-1", "ami-1", None, "unlisted", reason="why")
    lines = list(of_images(ImageProof(left=[use], uses=1)))
    assert "  r uses ami-1 of nobody: unlisted; why" in lines
    public = [Public("b", "1"), Public("c", "1", id="9", name="Acme", reason="why")]
    lines = list(of_public(PublicProof(closes=public)))
    assert "  everybody in b of 1: unlisted" in lines and "  9 (Acme) in c of 1: unlisted; why" in lines  # fmt: skip


STATEMENTS: list[tuple[Any, bool]] = [
    ({"Effect": "Allow", "Principal": "*"}, True), ({"Effect": "Allow", "Principal": {"AWS": "*"}}, True), ({"Effect": "Allow", "Principal": {"AWS": ["1", "*"]}}, True),
    ({"Effect": "Allow", "NotPrincipal": {"AWS": "1"}}, True), ({"Effect": "Allow", "Principal": {"AWS": "1"}}, False), ({"Effect": "Allow", "Principal": {"Service": "*"}}, False),
    ({"Effect": "Deny", "Principal": "*"}, False), ({"Principal": "*"}, False), ("x", False), (None, False), ({"Effect": "Allow"}, False),
]  # fmt: skip


@rows("statement, everybody", STATEMENTS)
def test_what_is_for_everybody(statement: Any, everybody: bool) -> None:
    """Only what lets in, whoever asks."""
    assert _for_everybody(statement) is everybody


def test_statements_of_a_policy() -> None:
    """Alone or in a list; of what is no policy, none that counts."""
    one = {"Effect": "Allow"}
    assert _statements({"Statement": one}) == _statements('{"Statement": [{"Effect": "Allow"}]}') == [one]  # fmt: skip
    assert not any(map(_for_everybody, _statements("{no")))
