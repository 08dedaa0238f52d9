"""Lines that workers take apart by a pattern tell what the strict reading of them tells, or are
refused as there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import checker.resource_trust.sifting as resources
import checker.snapshot.read as reading
import checker.subjects.code_use.sifting as code
from checker.publishers import Owners, PullThrough, forms
from checker.resource_trust.glance import plain_form
from checker.resource_trust.plain import LONGEST
from checker.resource_trust.sieve import Us
from checker.snapshot.code_lines import NEXT, kind_in, reference_in
from checker.snapshot.code_lines import form as code_form
from checker.snapshot.code_uses import CodeUse
from checker.snapshot.fitting import in_turns
from checker.snapshot.ranges import Range
from checker.snapshot.resource_lines import form as resource_form
from checker.snapshot.resources import ResourceRecord
from checker.snapshot.write import encode_record
from checker.subjects.code_use.alike import key_of
from checker.subjects.code_use.sifted import Sifted, encode_use
from tests import examples
from tests.support.rows import rows
from tests.trust.support import M, N, V, root

A_ONLY = re.compile(rb"\n((a)[0-9]*+)(?=\n)")


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(st.sampled_from([b"a", b"a1", b"ab", b"b", b"", b"a\r", b" a"])), st.booleans())
def test_lines_come_in_their_order(lines: list[bytes], ended: bool) -> None:
    """Catches a line that is lost, told twice, or before one that stands before it."""
    text = b"\n".join(lines) + (b"\n" if ended else b"")
    told: list[bytes] = []
    for fitting, others in in_turns(A_ONLY, text):
        assert not (fitting and others), "which of them came first could not be told"
        assert all(row == (row[0], b"a") for row in fitting)
        told += [row[0] for row in fitting] or others.split(b"\n")
    assert list(filter(None, told)) == list(filter(None, lines))
    fit = [row[0] for fitting, _ in in_turns(A_ONLY, text) for row in fitting]
    assert fit == [one for one in lines if re.fullmatch(rb"a[0-9]*", one)]


ARN = f"arn:aws:sqs:eu-west-1:{M}:jobs"
QUEUE, BUCKET = "AWS::SQS::Queue", "AWS::S3::Bucket"
PLAIN = {"Action": "sqs:*", "Effect": "Allow", "Principal": {"AWS": root(N)}, "Resource": ARN}
SERVED = PLAIN | {"Principal": {"Service": "sns.amazonaws.com"}, "Condition": {"StringEquals": {"aws:SourceAccount": M}}, "Sid": "S"}  # fmt: skip
THEIRS = PLAIN | {"Principal": {"AWS": root(V)}}


def raw(value: Any) -> msgspec.Raw:
    return msgspec.Raw(json.dumps(value, sort_keys=True, separators=(",", ":")).encode())


def policy(*statements: Any) -> msgspec.Raw:
    return raw({"Version": "2012-10-17", "Statement": list(statements)})


def resource(document: Any = None, **more: Any) -> bytes:
    given = {"account": M, "arn": ARN, "kind": QUEUE, "region": "eu-west-1", "name": "jobs"} | more
    if document is not None:
        given["document"] = document
    return encode_record(ResourceRecord(**given))


RESOURCES: list[tuple[str, bytes, bool]] = [
    # a line as we write it, and whether it fits
    ("our own", resource(policy(PLAIN)), True), ("two statements", resource(policy(PLAIN, SERVED)), True), ("with settings and tags", resource(policy(PLAIN), settings=raw({"a": [1, {"b": None}], "tag": "x"}), tags={"a": "b", "c": "d"}), True),
    ("a bucket", resource(policy(PLAIN), arn="arn:aws:s3:::b", kind=BUCKET, region=None, name=None, tags={}), True), ("with access points", resource(policy(PLAIN), arn="arn:aws:s3:::pointed", kind=BUCKET), True), ("a stranger's", resource(policy(THEIRS)), True), ("of a form that nobody knows", resource(raw({"a": "é"})), True),
    ("of a kind that nobody knows", resource(policy(PLAIN), kind="AWS::New::Thing"), True), ("in an account that nobody listed", resource(policy(PLAIN), account=V, arn=ARN.replace(M, V)), True), ("without a policy", resource(), False), ("an ACL beside it", resource(policy(PLAIN), acl=raw([])), False),
    ("longer than is told at a glance", resource(policy(PLAIN | {"Sid": "x" * LONGEST})), True), ("what code leaves open", resource(policy(PLAIN), unresolved=("x",)), False), ("another's ARN", resource(policy(PLAIN), arn=ARN.replace(M, V)), False), ("no ARN", resource(policy(PLAIN), arn="x"), False), ("an account that is none", resource(policy(PLAIN), account="1"), False), ("settings with an accent", resource(policy(PLAIN), settings=raw("é")), False),
]  # fmt: skip


def use(kind: str, reference: str | None, **more: Any) -> bytes:
    given = {"account": M, "region": "eu-west-1", "resource": f"arn:aws:lambda:eu-west-1:{M}:function:f", "via": "layer 1"} | more  # fmt: skip
    return encode_record(CodeUse(kind=kind, reference=reference, **given))


ECR, DIGEST = "{}.dkr.ecr.eu-west-1.amazonaws.com/{}", f"@sha256:{'a' * 64}"
REFERENCES: list[tuple[str, str | None]] = [
    ("container-image", ECR.format(M, "a/b:1")), ("container-image", ECR.format(N, "hub/b")), ("container-image", ECR.format(N, "a")), ("container-image", ECR.format(V, f"a{DIGEST}")), ("container-image", f"quay.io/acme/x:1{DIGEST}"), ("container-image", "acme/x"), ("container-image", "x"), ("container-image", f"{M}.DKR.ECR.eu-west-1.amazonaws.com/x"),
    ("container-image", ""), ("container-image", None), ("container-image", "é/x"), ("container-image", f"acme/{'x' * 251}"), ("build-image", ECR.format(M, "a/b:1")), ("build-image", "aws/codebuild/standard:7.0"), ("layer", f"arn:aws:lambda:eu-west-1:{V}:layer:agent:7"), ("layer", f"arn:aws:lambda:eu-west-1:{M}:layer:agent"), ("layer", "x"),
    ("ssm-document", "AWS-RunShellScript"), ("ssm-document", "ours"), ("snapshot", "snap-1"), ("odd", None), ("", ""), ("container-image", f"acme/x{DIGEST}"), ("container-image", "localhost/x/y"), ("container-image", "709825985650.dkr.ecr.us-east-1.amazonaws.com/acme/x:1"),
]  # fmt: skip
USES: list[tuple[str, bytes, bool]] = [
    *((f"{kind} {reference}", use(kind, reference), reference != "é/x") for kind, reference in REFERENCES),
    ("all there is", use("layer", "x", digest="sha256:1", via=None), True), ("in a place of code", use("layer", "x", location={"file": "a", "line": 1}), False), ("what code leaves open", use("layer", None, unresolved=("x",)), False), ("a quote", use("layer", 'a"b'), False), ("an account that is none", use("layer", "x", account="1"), False),
]  # fmt: skip
US = Us(frozenset([M, N]), "aws", frozenset(), frozenset(["pointed"]))
OWNERS = Owners(None, frozenset([M, N]), "aws", by_registry={(N, "eu-west-1"): (PullThrough("hub", "registry-1.docker.io"),)})  # fmt: skip
PART = {
    name: Range(f"/there/is/none/{name}.jsonl", 0, 1, ()) for name in ("resources", "code_uses")
}
MAKE: dict[str, Callable[[], Any]] = {"resources": lambda: resources.Sifter(US), "code_uses": lambda: code.Sifter(OWNERS)}  # fmt: skip
GOOD = {"resources": RESOURCES, "code_uses": USES}
FORM = {"resources": resource_form(plain_form("aws", ascii_alone=True)), "code_uses": code_form(kind.encode() + NEXT + text for kind, text in forms().items())}  # fmt: skip


class Both:
    """The pattern and what is read strictly, side by side; both remember, as workers do."""

    def __init__(self, name: str) -> None:
        self._part, self._quick = PART[name], MAKE[name]()
        never = re.compile(rb"(?!)")
        with mock.patch.object({"resources": resources, "code_uses": code}[name], "form", lambda _: never):  # fmt: skip
            self._strict = MAKE[name]()

    def alike(self, lines: bytes) -> Any:
        """What both say of a range of these."""
        with mock.patch.object(reading, "lines_in", lambda _: iter([lines] if lines else [])):
            quick, strict = (told(one.sift(self._part)) for one in (self._quick, self._strict))
        assert quick == strict, lines
        return quick


def told(sifted: Any) -> Any:
    """Whatever the order of keys in the lines of uses."""
    assert sifted.sum is not None or sifted == type(sifted)(None), "nothing of what is refused"
    if not isinstance(sifted, Sifted):
        return sifted
    sorts = [replace(one, first=again(one.first)) for one in sifted.sorts]
    return replace(sifted, lines=[*map(again, sifted.lines)], sorts=sorts)


def again(line: bytes) -> bytes:
    return encode_use(msgspec.json.decode(line, type=CodeUse))


def fits(name: str, line: bytes) -> bool:
    return [row[0] for row in FORM[name].findall(b"\n" + line + b"\n")] == [line]


ODD = [b"", b"null", b'""', b"{}", b"[]", b"1", b"NaN", b"{", b'"a\\u0062"', b'"\xc3\xa9"', b'"\xff"', b'"a"b"', b'{"a":"1","a":"2"}', b'{"a":{"b":1,"b":1}}', b'{"a":1.50}', b'{"a":1} {}', b'{"a":1},"b":{}', b'"111111111111"']  # fmt: skip


def spoilt(line: bytes) -> Iterator[bytes]:
    """Lines that nearly are this one."""
    pairs = [(key.encode(), bytes(value)) for key, value in msgspec.json.decode(line, type=dict[str, msgspec.Raw]).items()]  # fmt: skip

    def whole(*some: tuple[bytes, bytes]) -> bytes:
        return b"{" + b",".join(b'"%b":%b' % pair for pair in some) + b"}"

    for at, (key, value) in enumerate(pairs):
        before, after = pairs[:at], pairs[at + 1 :]
        yield whole(*before, *after)
        yield whole(*before, (key, value), (key, value), *after)
        yield whole((key, value), *before, *after)
        yield whole(*pairs, (key, b"null"))
        yield whole(*before, (b"\\u%04x" % key[0] + key[1:], value), *after)
        yield whole(*before, (key.upper(), value), *after)
        yield from (whole(*before, (key, one), *after) for one in ODD)
        yield whole(*before, (key + b'" :"', value), *after)
    yield from (whole(*pairs, (b"more", one)) for one in (b"1", b"{}"))
    yield from (line + end for end in (b"\r", b" ", b",", b"}", b"x", line, b" " + line, b"\0"))
    yield from (line[:-1], line[:-40], b" " + line, b"\xef\xbb\xbf" + line, line.replace(b":", b": "), line.replace(b",", b", "))  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_a_line_that_is_nearly_ours(name: str) -> None:
    """Catches a record that a worker takes for one that nobody could read, or reads as another."""
    both = Both(name)
    for at, (why, line, fit) in enumerate(GOOD[name]):
        assert fits(name, line) is fit, why
        both.alike(line)
        for one in () if at % 4 else spoilt(line):
            both.alike(one + b"\n")


BYTES = [b'"', b"\\", b",", b"}", b":", b"1", b"\n", b"\x1f", b"\xe9"]


@pytest.mark.parametrize("name", GOOD)
def test_a_line_of_which_a_byte_is_another(name: str) -> None:
    """Catches the same of whatever a byte may do: of each that still fits, both ways are asked."""
    both, asked = Both(name), 0
    for line in (GOOD[name][2][1], GOOD[name][4][1]):
        for at in range(len(line)):
            for by in (b"", *BYTES):
                one = line[:at] + by + line[at + 1 :]
                if one != line and fits(name, one):
                    asked += 1
                    both.alike(one + b"\n")
    assert asked > 500


def of(name: str) -> st.SearchStrategy[bytes]:
    ours = [line for _, line, _ in GOOD[name]]
    nearly = list(spoilt(ours[0]))
    return st.lists(
        st.one_of(*[st.sampled_from(ours)] * 4, st.sampled_from([b"", b" ", *nearly])), max_size=6
    ).flatmap(lambda lines: st.sampled_from([b"\n", b"\n", b"\n\n", b"\r\n"]).map(lambda end: end.join(lines)))  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_lines_among_others(name: str) -> None:
    """Catches a line that is told as its neighbour, or in another order."""
    both = Both(name)

    @settings(max_examples=examples(50), deadline=None)
    @given(of(name), st.sampled_from([b"", b"\n", b"\r\n"]))
    def alike(lines: bytes, end: bytes) -> None:
        both.alike(lines + end)

    alike()
    good = [line for _, line, _ in GOOD[name] if both.alike(line).sum]
    good += [use(kind, reference, account=N) for kind, reference in REFERENCES] * (
        name != "resources"
    )
    odd = [one for line in good[:1] for one in spoilt(line) if both.alike(one).sum]
    for lines in (good, good[::-1], sorted(good), good * 2, good + odd, odd + good):
        assert both.alike(b"\n".join(lines)).sum.records == len(lines)


@rows("kind, reference", REFERENCES)
def test_what_is_taken_from_a_use(kind: str, reference: str | None) -> None:
    """Catches a kind or a reference that is cut where it stands in a line."""
    line = use(kind, reference)
    assert (kind_in(line), reference_in(line)) == (kind, reference or "")


def test_uses_that_equal_in_their_form_are_alike() -> None:
    """Catches two publishers that a worker takes for one: it looks at one use of each form."""
    rules, first = OWNERS.by_registry, dict[tuple[bytes, ...], tuple[Any, ...]]()
    for kind, reference in REFERENCES:
        for line in (use(kind, reference), use(kind, reference, account=N, digest="x", via=None)):
            for row in FORM["code_uses"].findall(b"\n" + line + b"\n"):
                key = key_of("any", kind, reference or "", None)
                assert first.setdefault(row[2:], (kind, key)) == (kind, key)
    assert rules and len(first) > 15
