"""Laws: whatever an unknown value turns out to be, a resource with it unknown lets in no fewer."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from checker.access import Ours, Resource, analyze_resource
from checker.collect.iac.grants.arns import Named
from checker.collect.iac.grants.policy import resource_document
from checker.collect.iac.target import Target
from checker.collect.iac.unknown import OPEN, unresolved
from tests import examples
from tests.collect.iac.granted import let_in, source
from tests.support.snapshots import OWN2, STRANGER, VENDOR

ARN = "arn:aws:s3:::b"
FAKE = Named("arn:aws:s3:::B", "B", f"arn:aws:s3:::{unresolved('N')}")
WHO, VALUE, DOES, AT = map(unresolved, ("Who", "Value", "Does", "At"))
OURS = Ours(accounts=frozenset({OWN2}), organizations=frozenset({"o-own1234567"}))
FILLS = st.fixed_dictionaries(
    {
        WHO: st.sampled_from([STRANGER, OWN2, "*"]),
        VALUE: st.sampled_from([STRANGER, OWN2, "o-other12345", "o-own1234567", "*"]),
        DOES: st.sampled_from(["s3:GetObject", "s3:PutBucketAcl", "s3:*"]),
        AT: st.sampled_from(["b", "b/x", "c", "*"]),
    }
)


class Nowhere:
    """Code that makes nothing."""

    target = Target(account=OWN2, region="us-east-1", organization="o-own1234567", root=Path())

    def maker(self, _: str) -> None:
        return None

    def type_of(self, _: str) -> str:
        return ""

    def properties(self, _: str) -> Any:
        return {}


whom = ["*", VENDOR, WHO, f"arn:aws:iam::{VENDOR}:role/{VALUE}"]
principals = st.one_of(
    st.sampled_from(["*", WHO]),
    st.fixed_dictionaries({"AWS": st.lists(st.sampled_from(whom), min_size=1, max_size=2)}),
    st.just({"Service": "sns.amazonaws.com"}),
)
TOPIC = "arn:aws:sns:us-east-1:{}:t"
values = st.lists(st.sampled_from([VALUE, VENDOR, OWN2, "o-own1234567", TOPIC.format(VALUE), TOPIC.format(OWN2)]), min_size=1, max_size=2)  # fmt: skip
operators = st.sampled_from(["StringEquals", "StringNotEquals", "ArnLike", "StringLike",
                             "StringEqualsIfExists", "StringNotEqualsIfExists"])  # fmt: skip
keys = st.sampled_from(["aws:SourceArn", "aws:SourceAccount", "aws:PrincipalOrgID",
                        "aws:PrincipalAccount", "aws:PrincipalArn", "s3:prefix"])  # fmt: skip
conditions = st.dictionaries(
    operators, st.dictionaries(keys, values, min_size=1, max_size=2), max_size=2
)
where = [f"arn:aws:s3:::{AT}", f"arn:aws:s3:::{AT}/*", f"{ARN}/*", ARN, "arn:aws:s3:::c/*", "*"]
statements = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(["Allow", "Allow", "Deny"]),
        "Principal": principals,
        "Action": st.sampled_from(["s3:GetObject", DOES, ["s3:ListBucket", DOES], "s3:*"]),
        "Resource": st.lists(st.sampled_from(where), min_size=1, max_size=2),
    },
    optional={"Condition": conditions},
)


def told(document: Any, arn: str) -> tuple[set[str], bool, bool]:
    """The accounts and organizations that are let in; whether that is everybody, or cannot be
    told; whether it was read. What a service does for anybody is told apart."""
    resource = Resource(arn=arn, kind="AWS::S3::Bucket", account=OWN2, document=document)
    access = analyze_resource(resource, OURS, date(2026, 11, 20))
    wide = any(g.principal.kind in ("anyone", "unresolved") for g in access.grants)
    unread = any(p.code.startswith("invalid") for p in access.problems)
    who = {f"for {one.source}" if one.kind == "service" else str(one.account or one.organization)
           for one in (g.principal for g in access.grants)}  # fmt: skip
    return who | {"for anybody" for _ in access.deputies}, wide, not unread


def _filled(value: Any, hole: str, fill: str) -> Any:
    return json.loads(json.dumps(value, ensure_ascii=False).replace(hole, fill))


def law(parts: list[Any], fills: dict[str, str], named: Named, by: Counter[str]) -> None:
    document = {"Version": "2012-10-17", "Statement": parts}
    softened = resource_document(document, named, Nowhere())
    assert OPEN not in bytes(softened.policy).decode()
    reported, wide, readable = told(json.loads(bytes(softened.policy)), named.arn)
    for hole, fill in fills.items():
        document = _filled(document, hole, fill)
    real, open_, deployable = told(document, ARN)
    assume(deployable)  # AWS refuses the others
    wide = wide or not readable
    people = real - {"None", "for anybody"}
    by["wide" if wide else "people" if people else "nobody"] += 1
    if not wide:
        anybody = {one for one in people if one.startswith("for ") and "for anybody" in reported}
        assert people - anybody <= reported, (reported, real)
        assert not open_


def test_no_value_lets_in_more() -> None:
    """A value that deployment brings may not open what the check had passed, nor may the name of
    the resource, which stands in the policy as text."""
    by: Counter[str] = Counter()

    @settings(max_examples=examples(100), deadline=None, derandomize=True)
    @example([{"Effect": "Allow", "Principal": {"AWS": VENDOR}, "Action": "s3:*",
               "Resource": ["arn:aws:s3:::b/*"]}], {}, FAKE)  # fmt: skip
    @example([{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": ["*"],
               "Condition": {"ArnLike": {"aws:SourceArn": [VALUE]}}}],
             {VALUE: TOPIC.format(STRANGER)}, FAKE)  # fmt: skip
    @given(
        st.lists(statements, min_size=1, max_size=3),
        FILLS,
        st.sampled_from([Named(ARN, "b"), FAKE]),
    )
    def run(parts: list[Any], fills: dict[str, str], named: Named) -> None:
        denies = any(one["Effect"] == "Deny" for one in parts)
        assume(not (denies and "*" in fills.values()))  # as of trust policies
        law(parts, fills, named, by)

    run()
    assert by["people"] >= 5 and by["wide"] >= 5 and by["nobody"] >= 5, by


HEAD = 'variable "n" { type = number }\nvariable "m" { type = number }\n'
A = "aws_s3_bucket.a"
numbers = st.sampled_from(["", "count = var.n", "count = var.n", "count = var.m"])
picked = st.sampled_from([f"{A}[{{}}].id", f"{A}.*.id[{{}}]", f"element({A}.*.id, {{}})"])
compared = st.builds("count.index {} {}".format, st.sampled_from(["==", "!=", "<", ">"]), st.integers(0, 2))  # fmt: skip
policies = st.sampled_from(["*", VENDOR, OWN2]).map(
    lambda who: f'jsonencode({{ Statement = [{{ Effect = "Allow", Principal = {{ AWS = "{who}" }}, Action = "s3:GetObject", Resource = "*" }}] }})'
)  # fmt: skip


@st.composite
def of_a_bucket(draw: Any, kind: str, key: str, values: Any) -> str:
    """A resource that names one of several buckets."""
    number = draw(numbers)
    counted = bool(number) and draw(st.booleans())
    named = draw(picked).format("count.index" if counted else draw(st.integers(0, 2)))
    value = draw(values)
    if number and draw(st.booleans()):
        value = f"{draw(compared)} ? {value} : {draw(values)}"
    body = f"{number}\nbucket = {named}\n{key} = {value}\n"
    return f'resource "{kind}" "r" {{\n{body}}}\n'


opening = of_a_bucket("aws_s3_bucket_policy", "policy", policies)
shutting = of_a_bucket("aws_s3_bucket_public_access_block", "restrict_public_buckets", st.sampled_from(["true", "true", "false"]))  # fmt: skip
called = st.sampled_from(['bucket = "a-${count.index}"', 'bucket_prefix = "a"'])


def people(folder: Path, text: str, given: str) -> set[str]:
    """Whom nothing stops."""
    (folder / "terraform.tfvars").write_text(given)
    return {who for _, who, how in let_in(source(folder, text)) if not how.startswith("shut")}


def test_no_number_lets_in_more(tmp_path: Path) -> None:
    """However many there turn out to be, nobody comes in by one of them who was not said; and what
    shuts one shuts no other."""
    by: Counter[str] = Counter()

    @settings(max_examples=examples(40), deadline=None, derandomize=True)
    @given(called, opening, shutting, st.integers(1, 3))
    def run(name: str, policy: str, block: str, m: int) -> None:
        text = f'{HEAD}resource "aws_s3_bucket" "a" {{\ncount = var.n\n{name}\n}}\n'
        text += policy + block
        told = people(tmp_path, text, "")
        real = people(tmp_path, text, f"n = 3\nm = {m}\n")
        by["somebody" if real else "nobody"] += 1
        assert real <= told, (text, m)

    run()
    assert by["somebody"] >= 8 and by["nobody"] >= 8, by


ARNS = {f"aws_s3_bucket.{one}.arn": f'"arn:aws:s3:::{one}-x"' for one in "bc"}
B, C = ARNS
parts = st.sampled_from(
    ["b-x", "c-x", "b", "x", "arn:aws:s3:::", ":::", ":", "-", "x/*", "/*", "aws"]
)


@st.composite
def texts(draw: Any) -> str:
    """What people make of an ARN."""
    text = draw(st.sampled_from([B, C, f'"${{{B}}}/*"', f'"${{{C}}}/*"']))
    for _ in range(draw(st.integers(1, 2))):
        part = draw(parts)
        forms = [f'replace({text}, "{part}", "{draw(parts)}")', f'trimprefix({text}, "{part}")',
                 f'trimsuffix({text}, "{part}")', f'join("{part}", split("{part}", {text}))',
                 f'element(split("{part}", {text}), {draw(st.integers(0, 5))})', f"lower({text})",
                 f"upper({text})", f'startswith({text}, "{part}") ? {text} : "x"',
                 f"substr({text}, {draw(st.integers(0, 14))}, -1)"]  # fmt: skip
        text = draw(st.sampled_from(forms))
    return draw(st.sampled_from([text, f'"arn:aws:s3:::${{{text}}}/*"']))


def test_no_text_lets_in_more(tmp_path: Path) -> None:
    """A text of an ARN that only the deployment tells is the text of that ARN."""
    by: Counter[str] = Counter()
    bucket = "".join(
        f'resource "aws_s3_bucket" "{one}" {{\nbucket = "{one}-x"\n}}\n' for one in "bc"
    )

    @settings(max_examples=examples(40), deadline=None, derandomize=True)
    @example(f'replace("${{{C}}}/*", "c-x", "b-x")')
    @example(f'"arn:aws:s3:::${{trimprefix({B}, "arn:aws:s3:::")}}/*"')
    @example(f'"arn:aws:s3:::${{element(split(":::", {B}), 1)}}/*"')
    @given(texts())
    def run(text: str) -> None:
        policy = f'jsonencode({{ Statement = [{{ Effect = "Allow", Principal = {{ AWS = "{VENDOR}" }}, Action = "s3:*", Resource = {text} }}] }})'
        whole = f'{bucket}resource "aws_s3_bucket_policy" "p" {{\nbucket = "b-x"\npolicy = {policy}\n}}\n'
        real = people(tmp_path, whole.replace(B, ARNS[B]).replace(C, ARNS[C]), "")
        by["somebody" if real else "nobody"] += 1
        assert real <= people(tmp_path, whole, ""), text

    run()
    assert by["somebody"] >= 8 and by["nobody"] >= 8, by
