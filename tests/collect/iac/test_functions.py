"""Terraform's functions, policy documents and given values, each asked directly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checker.collect.iac.given import read_given
from checker.collect.iac.terraform.arithmetic import to_text
from checker.collect.iac.terraform.expression import _FAULTS
from checker.collect.iac.terraform.functions import FUNCTIONS
from checker.collect.iac.terraform.looseness import Maybe, settled
from checker.collect.iac.terraform.policy_document import policy_of
from checker.collect.iac.terraform.several import ABSENT, NULL
from checker.collect.iac.terraform.steps import Several
from checker.collect.iac.unknown import is_unresolved, made, unresolved
from checker.errors import InputError
from tests.support.rows import rows

U, M = unresolved("var.v"), made("aws_x.y")
I, R, N = made("aws_eks_cluster.c.issuer"), made("the region"), made("aws_sns_topic.t.name")  # noqa: E741
ODD = unresolved('c ? "x" : y # z')
UNTOLD: Any = "untold"
"""In place of an answer: it cannot be told."""

CALLS: list[tuple[str, tuple[Any, ...], Any]] = [
    ("yamlencode", ({"a": ["é"]},), '{"a":["é"]}'), ("jsonencode", ({"a": [1, True, None, "é"]},), '{"a":[1,true,null,"é"]}'), ("jsondecode", ('{"a": 1}',), {"a": 1}),
    ("join", (",", ["a", "b"]), "a,b"), ("join", ("-", ["a"], ["b", 3]), "a-b-3"), ("join", (",", []), ""), ("join", (",", ["a", U]), f"a,{U}"),
    ("split", (",", "a,b"), ["a", "b"]), ("split", ("", "ab"), ["a", "b"]), ("split", (",", f"a,{U}"), UNTOLD), ("split", (U, "a"), UNTOLD),
    ("split", ("/", f"a/{M}"), UNTOLD), ("split", ("/", f"a/{I}"), UNTOLD), ("split", ("oidc-provider/", f"arn:aws:iam::1:oidc-provider/{I}"), ["arn:aws:iam::1:", I]), ("split", (":::", f"x:{M}"), UNTOLD), ("split", (":", M), UNTOLD),
    ("split", (":", f"arn:aws:sns:{R}:1:{N}"), ["arn", "aws", "sns", R, "1", N]), ("split", ("-", f"a-{R}"), UNTOLD), ("split", ("", f"a{M}"), UNTOLD), ("split", ("/*", f"a/*,{M}"), ["a", f",{M}"]), ("split", ("x/*", f"{M}/*"), UNTOLD), ("split", ("a:b:c", f"a:{N}:c"), UNTOLD),
    ("format", ("%s-%d", "a", 3), "a-3"), ("format", ("100%%",), "100%"), ("format", ("%q", 'a"b'), '"a\\"b"'), ("format", ("%s",), UNTOLD),
    ("format", ("%s", "a", "b"), UNTOLD), ("format", ("%[1]s", "a"), UNTOLD), ("format", ("%05d", 3), UNTOLD), ("format", ("%-3s", "a"), UNTOLD), ("format", ("%+d", 3), UNTOLD), ("format", ("%v%s", 1, "a"), "1a"), ("format", (U, "a"), UNTOLD), ("format", (U,), U),
    ("format", ("a-%s", U), f"a-{U}"), ("format", ("%s", True), "true"),
    ("formatlist", ("a-%s", ["x", "y"]), ["a-x", "a-y"]), ("formatlist", ("%s-%s", "a", ["x", "y"]), ["a-x", "a-y"]), ("formatlist", ("%s-%s", U, ["x", "y"]), [f"{U}-{unresolved('a value that is no text')}"]), ("formatlist", ("a-%s", U), [f"a-{U}"]),
    ("formatlist", ("a-%s", []), []), ("formatlist", ("a-%s", "x"), ["a-x"]), ("formatlist", ("a",), ["a"]), ("formatlist", ("%s-%s", "x", []), []), ("formatlist", ("a-%05d", [3]), UNTOLD), ("formatlist", ("a-%s-%s", U), UNTOLD), ("formatlist", (U, ["a"]), UNTOLD), ("formatlist", ("%s-%s", "abc", ["x", "y"]), ["abc-x", "abc-y"]),
    ("concat", (["a"], ["b"]), ["a", "b"]), ("concat", (["a"], U), ["a", U]), ("concat", (["a"], None), ["a"]),
    ("merge", ({"a": 1}, {"a": 2, "b": 3}), {"a": 2, "b": 3}), ("merge", ({"a": 1}, U, {"b": 2}), {"a": unresolved("what var.v may say"), U: U, "b": 2}), ("merge", (U, {"a": 1}), {"a": 1, U: U}), ("merge", ({"a": 1}, f"x{U}"), {"a": unresolved("what a map may say"), f"x{U}": f"x{U}"}), ("merge", ({"a": 1}, None), {"a": 1}), ("merge", ({"a": 1}, "x"), {"a": 1}),
    ("flatten", ([["a"], ["b", ["c"]], "d"],), ["a", "b", "c", "d"]), ("flatten", ([U, ["a"]],), [U, "a"]),
    ("distinct", (["a", "b", "a"],), ["a", "b"]), ("toset", (["a", "a"],), ["a"]), ("distinct", ({"k": "a"},), ["a"]),
    ("compact", (["a", "", None, "b"],), ["a", "b"]), ("coalesce", ("", None, "a", "b"), "a"), ("coalescelist", ([], ["a"]), ["a"]), ("coalesce", ("", None), UNTOLD),
    ("lookup", ({"a": 1}, "a", 2), 1), ("lookup", ({"a": 1}, "b", 2), 2), ("lookup", ({"a": 1}, "b"), UNTOLD), ("lookup", ({"a": 1}, U, 2), UNTOLD),
    ("lookup", ({U: 1}, "b", 2), UNTOLD), ("lookup", (U, "b", 2), UNTOLD), ("lookup", ({"a": None}, "a", 2), NULL), ("lookup", ({}, "a", None), NULL),
    ("element", (["a", "b"], 1), "b"), ("element", (["a", "b"], 3), "b"), ("element", ([], 0), ABSENT), ("element", (U, 0), UNTOLD),
    ("length", (["a", "b"],), 2), ("length", ("abc",), 3), ("length", ({"a": 1},), 1), ("length", (U,), UNTOLD), ("length", (["a", U],), UNTOLD), ("length", (["a", M],), 2),
    ("length", (["a", f"x{U}"],), 2),
    ("keys", ({"b": 1, "a": 2},), ["a", "b"]), ("values", ({"b": 1, "a": 2},), [2, 1]), ("keys", (U,), UNTOLD), ("values", (["a"],), UNTOLD),
    ("one", (["a"],), "a"), ("one", ([],), NULL), ("one", ([None],), NULL), ("one", (["a", "b"],), UNTOLD),
    ("tolist", (["a", "a"],), ["a", "a"]), ("setunion", (["a"], ["b", "a"]), ["a", "b"]),
    ("setsubtract", (["a", "b", "a"], ["b"]), ["a"]), ("setsubtract", (["a", U], ["a"]), [U]), ("setsubtract", (["a"], U), ["a"]),
    ("setintersection", (["a", "b"], ["b", "c"]), ["b"]), ("setintersection", (["a"], ["b"]), []), ("setintersection", (["a", U], ["a"]), ["a", U]),
    ("setintersection", (["a"], [U]), [U]),
    ("matchkeys", (["a", "b"], ["1", "2"], ["2"]), ["b"]), ("matchkeys", (["a", "b"], ["1", U], ["1"]), ["a", "b"]), ("matchkeys", (["a"], ["1"], [U]), ["a"]),
    ("chunklist", (["a", "b", "c"], 2), [["a", "b"], ["c"]]), ("setproduct", (["a", "b"], ["x"]), [["a", "x"], ["b", "x"]]), ("zipmap", (["a"], ["x"]), {"a": "x"}),
    ("slice", (U, 1, 3), UNTOLD), ("reverse", (U,), UNTOLD), ("chunklist", (U, 1), UNTOLD), ("setproduct", (["a"], U), UNTOLD), ("setproduct", (U, ["a"]), UNTOLD), ("zipmap", (U, U), UNTOLD), ("zipmap", (["a"], U), UNTOLD),
    ("matchkeys", (U, ["a"], ["a"]), UNTOLD), ("matchkeys", (["a"], U, ["a"]), UNTOLD), ("matchkeys", (["a"], ["1"], U), ["a"]), ("matchkeys", (["a", "b"], ["1", "2"], []), []),
    ("tomap", ({"a": 1},), {"a": 1}), ("tomap", (None,), NULL), ("tobool", (True,), True), ("sensitive", ("a",), "a"), ("nonsensitive", ("a",), "a"),
    ("tostring", (3,), "3"), ("tostring", (3.5,), "3.5"), ("tostring", (3.0,), "3"), ("tostring", (False,), "false"), ("tostring", (None,), ""), ("tostring", ([],), UNTOLD),
    ("tonumber", ("3",), 3), ("tonumber", ("3.5",), 3.5), ("tonumber", (U,), UNTOLD),
    ("replace", ("a-b", "-", "+"), "a+b"), ("replace", ("a-b", "/[a-z]/", "x"), "x-x"), ("replace", ("ab", "/(a)(b)/", "$2${1}"), "ba"), ("replace", (U, "a", "b"), UNTOLD),
    ("replace", ("a", U, "b"), UNTOLD), ("replace", ("a", "a", U), U), ("replace", ("q: QUEUE", "QUEUE", M), f"q: {M}"), ("replace", (f"https://{I}", "https://", ""), I), ("replace", (f"{M} b", " b", " c"), f"{M} c"), ("replace", (f"{M} b", "b", "c"), f"{unresolved('a part of aws_x.y')} c"), ("replace", (M, "b", "c"), unresolved("a part of aws_x.y")), ("replace", (f"b{M}", "bc", "d"), UNTOLD), ("replace", (M, "/b/", "c"), UNTOLD), ("replace", (f"{R}B", "B", "c"), f"{R}c"), ("replace", (f"a{U}", "a", "b"), f"b{U}"), ("replace", (f"a{U}", "/a/", "b"), UNTOLD),
    ("replace", ("a/b", "/", "-"), "a-b"), ("replace", ("a/b", "/b", "-"), "a-"), ("replace", ("a/b", "a/", "-"), "-b"), ("replace", ("ab", "/(/", "x"), UNTOLD), ("replace", ("ab", "/a/", "$9"), "b"),
    ("replace", ("baac", "/a*/", "-"), "-b-c-"), ("replace", ("ab", "/(a)(b)/", "$1x"), ""), ("replace", ("ab", "/(a)(b)/", "${2}x$1"), "bxa"), ("replace", ("ab", "/(?P<q>a)(b)/", "$q-${q}$$"), "a-a$"), ("replace", ("ab", "/(a)(b)/", "$01$"), "$"), ("replace", ("ab", "/(a)|(b)/", "[$2]"), "[][b]"), ("replace", ("ab", "/a/", "\\1"), "\\1b"), ("replace", ("aXbXc", "/.*?X/", ""), "c"), ("replace", ("a \n\tb\n", "/\\s+/", ""), "ab"), ("replace", ("a", "//", "-"), "-a-"), ("replace", ("b ab", "/a*?|[ab]a*/", "-"), "-b- -a-b-"), ("replace", ("éa", "/|a/", "-"), "-é-a-"), ("replace", ("aab", "/(?P<q>a)(?P<q>b)/", "$q"), UNTOLD), ("replace", ("HÉ", "/\\w/", "x"), "xÉ"),
    *(("replace", given, UNTOLD) for given in (("a\n", "/a$/", "x"), ("a\v", "/\\s/", ""), ("ab", "/a(?=b)/", "x"), ("a", "/a++/", "x"), ("a", "/(?:b){e<=1}/", "x"), ("a" * 10_000, "/a/", "x"), ("a" * 3000, "/a/", "x" * 3000), ("a" * 3000, "a", "x" * 3000))),
    ("lower", ("AB",), "ab"), ("upper", ("ab",), "AB"), ("title", ("ab cD-e f2g _h é",), "Ab CD-E F2g _h É"), ("title", (U,), UNTOLD), ("lower", (U,), UNTOLD), ("lower", (True,), "true"),
    ("trimspace", (" a ",), "a"), ("chomp", ("a\n\n",), "a"), ("trimprefix", ("ab", "a"), "b"), ("trimsuffix", ("ab", "b"), "a"), ("trimprefix", ("ab", U), UNTOLD), ("trimprefix", (M, "a"), UNTOLD), ("trimprefix", (f"ab{M}", "a"), f"b{M}"), ("trimprefix", (f"ab{M}", "abc"), UNTOLD), ("trimprefix", (f"ab{M}", "xbc"), f"ab{M}"), ("trimsuffix", (f"{U}/*", "/*"), U), ("trimsuffix", (f"{M}/*", "x/*"), UNTOLD), ("trimsuffix", (f"{M}/*", "x/y"), f"{M}/*"), ("trimsuffix", (M, "a"), UNTOLD),
    ("trimsuffix", ("ab", U), UNTOLD), ("trimprefix", (f"a{U}", "a"), U), ("trim", ("xax", "x"), "a"), ("trim", (U, "x"), UNTOLD),
    ("substr", ("abc", 1, 1), "b"), ("substr", ("abc", 1, -1), "bc"), ("substr", (U, 0, 1), UNTOLD), ("substr", ("abc", -2, 1), "b"), ("substr", ("abc", -2, -1), "bc"), ("substr", ("abc", -5, 2), "ab"), ("substr", ("abc", 0, 2), "ab"),
    ("startswith", ("ab", "a"), True), ("startswith", ("ab", "b"), False), ("endswith", ("ab", "b"), True), ("endswith", ("ab", "a"), False), ("startswith", (U, "a"), UNTOLD),
    ("strcontains", ("abc", "b"), True), ("strcontains", ("abc", "x"), False), ("strcontains", (f"a{U}", "x"), UNTOLD), ("contains", (["a"], "a"), True), ("contains", (["a"], "b"), False), ("contains", ([U], "b"), UNTOLD),
    ("index", (["a", "b"], "b"), 1), ("sort", (["b", "a"],), ["a", "b"]), ("sort", ([U, "a"],), UNTOLD), ("reverse", (["a", "b"],), ["b", "a"]), ("slice", (["a", "b", "c"], 1, 2), ["b"]),
    ("range", (3,), [0, 1, 2]), ("range", (1, 3), [1, 2]), ("range", (10_000,), list(range(10_000))), ("range", (10_001,), UNTOLD),
    ("alltrue", ([True, "true"],), True), ("alltrue", ([True, False],), False), ("alltrue", ([U],), UNTOLD), ("anytrue", ([False, "true"],), True), ("anytrue", ([False],), False),
    ("max", (1, 3, 2), 3), ("min", (3, 1, 2), 1), ("abs", (-3,), 3), ("base64encode", ("a",), "YQ=="), ("base64encode", (U,), UNTOLD),
    ("sum", ([1, 2.5],), 3.5), ("sum", ([],), UNTOLD), ("sum", ([U],), UNTOLD), ("floor", (-1.2,), -2), ("ceil", (1.2,), 2), ("strrev", ("abc",), "cba"), ("strrev", ("e\u0301",), UNTOLD), ("strrev", (U,), UNTOLD),
    ("indent", (2**31, "a\nb"), UNTOLD), ("indent", (2, "a\nb\n\nc"), "a\n  b\n  \n  c"), ("indent", (1, f"a\n{U}\nb"), f"a\n {U}\n b"),
    ("basename", ("a/b/",), "b"), ("basename", ("/",), "/"), ("basename", ("",), "."), ("basename", (U,), UNTOLD), ("dirname", ("a/b",), "a"), ("dirname", ("a",), "."), ("dirname", ("./a/../b/c",), "b"), ("dirname", ("/a",), "/"), ("dirname", (U,), UNTOLD),
    ("regex", ("(a)(b)?", "ac"), ["a", None]), ("regexall", ("b$", "b\nb"), ["b"]), ("regex", ("(?P<x>a)b", "ab"), {"x": "a"}), ("regex", ("a.", "xabac"), "ab"), ("regex", ("b", "a"), ABSENT), ("regex", ("(", "a"), UNTOLD), ("regex", ("a$", "a\n"), UNTOLD), ("regex", ("\\w+", "éa"), "a"), ("regex", ("a", U), UNTOLD), ("regex", (U, "a"), UNTOLD),
    *(("regex", (pattern, "a"), UNTOLD) for pattern in ("1++", "a{1}+", "1*+", "1?+", "1???", "1*?+", "a{1000000000}", r"\z", r"\pL", r"\Qb\E", "a{,2}", "(?:b){e<=1}", "(?=b)", "(?<x>b)", "(?U)b")), ("regex", (r"^[\w.-]{1,3}(?:/(?i)B)?\(\{$", "a/b({"), "a/b({"), ("regex", ("(a|aa)+$", "a" * 5000 + "b"), UNTOLD), ("regexall", ("a(.)", "abac"), [["b"], ["c"]]), ("regex", ("a*?b", "aab"), "aab"), ("regex", ("1??", "1"), ""), ("regex", (r"a\s", "a\n"), "a\n"), ("regex", (r"a\S", "a\v"), UNTOLD), ("regexall", ("q", "a"), []), ("regexall", ("a", "a" * 9_999), ["a"] * 9_999), ("regexall", ("a", "a" * 10_000), UNTOLD), ("regexall", ("a*", "baac"), ["", "aa", ""]), ("regexall", ("a", "aab"), ["a", "a"]), ("regexall", ("(", "a"), UNTOLD), ("regexall", ("a", U), UNTOLD),
    ("base64decode", ("YQ==",), "a"), ("base64decode", ("Y\r\nQ==",), "a"), ("base64decode", ("YQ",), UNTOLD), ("base64decode", ("Y-Q==",), UNTOLD), ("base64decode", ("/w==",), UNTOLD), ("base64decode", (U,), UNTOLD), ("base64decode", (3,), UNTOLD),
    ("csvdecode", ("a,b\r\nx, z\n\n1,2\n",), [{"a": "x", "b": " z"}, {"a": "1", "b": "2"}]), ("csvdecode", ('a,b\n"x",y',), UNTOLD), ("csvdecode", ('a,b\nx"y,z',), UNTOLD), ("csvdecode", ("a,b\n",), []), *(("csvdecode", (text,), UNTOLD) for text in ("", "a,a\n1,2", "a,b\n1", "a\n1,2", 'a\n"x"y', "a\r1", f"a\n{U}", "a\n" + "1\n" * 10_000, "a\n" + "1" * 200_000)),
    ("toset", (["b", U, "a"],), ["b", U, "a"]), ("coalesce", (M, "a"), M), ("setsubtract", (["1", "2"], [1]), ["2"]), ("distinct", ([1.5, "1.5"],), ["1.5"]), ("length", (Several(["a"]).with_(str),), UNTOLD), ("element", (Several(["a"]).with_(str), 3), "3"), ("element", (["a"], 3), "a"),
    ("format", (f"%s-{U}", "a"), UNTOLD), ("format", ("%d", 1.5), UNTOLD), ("format", ("%d", "1.0"), "1"), ("format", ("%d", U), U), ("substr", ("abc", -2, 0), "bc"), ("slice", (["a", "b", "c"], -1, 2), UNTOLD),
    ("alltrue", (["true", "false"],), False), ("anytrue", (["false"],), False), ("tonumber", (None,), NULL), ("zipmap", (["a", "b"], ["x"]), UNTOLD), ("range", (1, 1), []), ("range", (2, 2, 1), []),
    ("csvdecode", ("a\n" + "1\n" * 9_999,), [{"a": "1"}] * 9_999),
]  # fmt: skip

YAML: list[tuple[str, Any]] = [
    ("- {name: a, image: x/y}", [{"name": "a", "image": "x/y"}]), ("a: 'yes'\nb: \"1\"\nc: ''\nd: '2012-10-17'", {"a": "yes", "b": "1", "c": "", "d": "2012-10-17"}), ("abc", "abc"), ("null", NULL), ("a: |-\n  1\nb: >-\n  yes", {"a": "1", "b": "yes"}), ("a: |\n  x\n  y\nb: >-\n  p\n  q", {"a": "x\ny\n", "b": "p q"}), ("---\na: 1\n...\n", {"a": 1}), ("%YAML 1.1\n---\na: 1", {"a": 1}),
    ("[yes, Yes, y, on, True, TRUE, tRUE]", [True, True, True, True, True, True, "tRUE"]), ("[no, NO, N, off, false, nO]", [False, False, False, False, False, "nO"]), ("a: ~\nb:\nc: null\nd: nUll", {"a": None, "b": None, "c": None, "d": "nUll"}),
    ("[012345678901, 0x1F, 0o17, 1_000, +5, 0b11, 190:20:30, 0X1F, -0x1f, 0o8]", [12345678901, 31, 15, "1_000", 5, "0b11", "190:20:30", "0X1F", "-0x1f", "0o8"]), ("[1.50, 1.0, .5, -.5, 1e3, 1., ., 1e]", [1.5, 1, 0.5, -0.5, 1000, 1, ".", "1e"]),
    ("[2012-10-17, 2012-1-2, 2012-13-40, 2012-10-17T10:00:00Z, 2012-10-17T10:00:00]", ["2012-10-17T00:00:00Z", "2012-01-02T00:00:00Z", "2012-13-40", "2012-10-17T10:00:00Z", "2012-10-17T10:00:00"]),
    ("1: a\ntrue: b\n0x10: c\n2012-10-17: d\n.5: e", {"1": "a", "true": "b", "16": "c", "2012-10-17T00:00:00Z": "d", "0.5": "e"}), ("a: 1\na: 2", {"a": 2}), ("{a, b: }", {"a": None, "b": None}), ("a: !!str 1\nb: !!binary YQ==\nc: !!map {d: !!seq [1]}", {"a": "1", "b": "YQ==", "c": {"d": [1]}}),
    ("a: &x {b: 1}\nc: *x\nd:\n  <<: *x\n  e: 2", {"a": {"b": 1}, "c": {"b": 1}, "d": {"b": 1, "e": 2}}), ("<<: {a: 1, b: 3}\na: 2", {"a": 2, "b": 3}), ("a: 2\n'<<': {a: 1, b: 3}", {"a": 1, "b": 3}), ("a: <<", {"a": "<<"}), ("- &a x\n- *a", ["x", "x"]),
    (f"image: {U}:1\nb: '{M}'", {"image": f"{U}:1", "b": M}), (f"a: {ODD}", {"a": ODD}), (f"{U}: 1", {U: 1}), (f"a: {U}\nb: {M}", {"a": U, "b": M}), (f"a: 1\n{U}", UNTOLD), (U, UNTOLD), (M, UNTOLD),
    *((text, UNTOLD) for text in ("", "# c", "a: b: c", "a: [", "a\n---\nb", "a: *x", "a: &x [*x]", "~: a", "? [a]\n: b", "%YAML 1.2\n---\na: 1", "a: .inf", "a: -.INF", "a: .nan", "a: !foo 1", "a: !!int '3'", "a: ! 1", "a: !x [1]", "<<: 3", "<<: [{a: 1}]", "a: @x", "a:\n\tb: 1", "a: \0", "a: \ud800", "a: 2012-10-17 10:00:00", "a: 2012-10-17t10:00:00Z")),
    ("[" * 101 + "]" * 101, json.loads("[" * 101 + "]" * 101)), ("[" * 102 + "]" * 102, UNTOLD), ("[" * 5000, UNTOLD), ("a: " + "x" * (1 << 20), UNTOLD), ("9" * 5000, UNTOLD), ("a: 1e999", UNTOLD),
    ("\n".join(["- &a0 [x]", *(f"- &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9))]), UNTOLD), ("- &a " + "x" * 200_000 + "\n- *a" * 9, UNTOLD),
]  # fmt: skip


@rows("text, expected", YAML)
def test_yaml(text: str, expected: Any) -> None:
    """As `terraform console` answers. A number or a day that Terraform writes otherwise, what aliases unfold to
    without end, or a tag or a parser's fault that ends the run."""
    found = answered("yamldecode", (text,))
    assert (found is None) if expected is UNTOLD else (found is expected or found == expected)
    assert json.dumps(found, default=str) == json.dumps(
        None if expected is UNTOLD else expected, default=str
    )  # true is 1


def answered(name: str, given: tuple[Any, ...]) -> Any:
    """As an evaluation asks; what a function does not take ends no run."""
    try:
        return FUNCTIONS[name](*given)
    except _FAULTS:
        return None


@rows("name, given, expected", CALLS)
def test_a_call(name: str, given: tuple[Any, ...], expected: Any) -> None:
    """An answer that is not Terraform's names somebody else; an unknown taken for known, nobody."""
    found = answered(name, given)
    assert (found is None) if expected is UNTOLD else (found is expected or found == expected)


def test_every_function_is_asked() -> None:
    """Catches one that nobody ever called."""
    assert {name for name, *_ in CALLS} | {"yamldecode"} == set(FUNCTIONS)


def test_what_a_text_is() -> None:
    """A list is none: what is made of it is not known."""
    assert [to_text(one) for one in ("a", True, False, 3, 3.0, 3.5, None)] == ["a", "true", "false", "3", "3", "3.5", ""]  # fmt: skip
    assert is_unresolved(to_text([])) and is_unresolved(FUNCTIONS["jsonencode"](object()))


def test_a_map_whose_keys_are_doubted() -> None:
    """As what is sure of it, they may not be there."""
    found = Maybe({"a": 1, "b": 2}, frozenset({"b"}))
    assert (dict(found), settled({"a": 1})) == ({"a": 1, "b": 2}, {"a": 1})
    assert settled(found) == {"a": 1, unresolved("b, if it is there"): unresolved("b")}


ALLOW = {"Effect": "Allow", "Principal": {"AWS": "9"}, "Action": "sts:AssumeRole"}
WHO = [{"type": "AWS", "identifiers": ["9"]}]
DOCUMENTS: list[tuple[str, dict[str, Any], Any]] = [
    ("its text, where that is known", {"json": "{}", "statement": [{}]}, "{}"),
    ("its blocks, where it is not", {"json": U, "statement": [{"effect": "Deny"}]}, [{"Effect": "Deny"}]),
    ("nothing", {}, []), ("statements that are not known", {"statement": U}, None),
    ("a version", {"version": "2008-10-17", "statement": []}, []),
    ("all of a block", {"statement": [{"sid": "a", "actions": ["x"], "resources": ["r"], "principals": WHO}]},
     [{"Sid": "a", "Effect": "Allow", "Action": ["x"], "Resource": ["r"], "Principal": {"AWS": ["9"]}}]),
    ("the contrary of all", {"statement": [{"not_actions": ["x"], "not_resources": ["r"], "not_principals": WHO}]},
     [{"Effect": "Allow", "NotAction": ["x"], "NotResource": ["r"], "NotPrincipal": {"AWS": ["9"]}}]),
    ("an effect that is not known", {"statement": [{"effect": U}]}, [{"Effect": "Allow"}]),
    ("a block that is none", {"statement": [U]}, [{"Effect": "Allow", "Principal": unresolved("here"), "Action": "*"}]),
    ("merged before", {"source_policy_documents": [json.dumps({"Statement": ALLOW})], "statement": [{}]}, [ALLOW, {"Effect": "Allow"}]),
    ("merged by the older name", {"source_json": json.dumps({"Statement": [ALLOW]})}, [ALLOW]),
    ("merged behind", {"override_json": json.dumps({"Statement": ALLOW}), "statement": [{}]}, [{"Effect": "Allow"}, ALLOW]),
    ("one of the same name is replaced", {"statement": [{"sid": "a"}, {"sid": "b"}], "override_policy_documents": [{"Statement": [ALLOW | {"Sid": "a"}]}]},
     [{"Sid": "b", "Effect": "Allow"}, ALLOW | {"Sid": "a"}]),
    ("but not by one without", {"statement": [{"sid": "a"}, {}], "override_policy_documents": [{"Statement": [ALLOW, ALLOW | {"Sid": ""}]}]},
     [{"Sid": "a", "Effect": "Allow"}, {"Effect": "Allow"}, ALLOW, ALLOW | {"Sid": ""}]),
    ("one that cannot be told", {"source_policy_documents": [U]}, [{"Effect": "Allow", "Principal": U, "Action": "*"}]),
    ("one that is no JSON", {"source_policy_documents": ["{no"]}, [{"Effect": "Allow", "Principal": unresolved("a document that is no JSON"), "Action": "*"}]),
    ("none, and an empty one", {"source_policy_documents": ["", {}]}, []),
    ("two kinds of principals", {"statement": [{"principals": [*WHO, {"type": "Service", "identifiers": "s"}, {"type": "AWS", "identifiers": ["8"]}]}]},
     [{"Effect": "Allow", "Principal": {"AWS": ["9", "8"], "Service": ["s"]}}]),
    ("anybody", {"statement": [{"principals": [{"type": "*", "identifiers": ["*"]}]}]}, [{"Effect": "Allow", "Principal": "*"}]),
    ("any kind of one", {"statement": [{"principals": [{"type": "*", "identifiers": ["9"]}]}]}, [{"Effect": "Allow", "Principal": {"AWS": ["9"]}}]),
    ("a kind that is not known", {"statement": [{"principals": [{"type": U, "identifiers": ["9"]}]}]}, [{"Effect": "Allow", "Principal": unresolved("var.v")}]),
    ("principals that are not known", {"statement": [{"principals": [U]}]}, [{"Effect": "Allow", "Principal": U}]),
    ("or that are none", {"statement": [{"principals": [{"identifiers": ["9"]}]}]}, [{"Effect": "Allow", "Principal": {}}]),
    ("conditions", {"statement": [{"condition": [{"test": "StringEquals", "variable": "a", "values": "x"}, {"test": "StringEquals", "variable": "a", "values": ["y"]},
                                                 {"test": "StringLike", "variable": "b", "values": ["&{aws:username}"]}]}]},
     [{"Effect": "Allow", "Condition": {"StringEquals": {"a": ["x", "y"]}, "StringLike": {"b": ["${aws:username}"]}}}]),
    ("conditions that are not known", {"statement": [{"condition": U}, {"condition": [U]}]}, [{"Effect": "Allow", "Condition": U}, {"Effect": "Allow", "Condition": U}]),
]  # fmt: skip


@rows("why, values, expected", DOCUMENTS)
def test_a_policy_document(why: str, values: dict[str, Any], expected: Any) -> None:
    """What the provider writes of it; what cannot be told may let in anybody."""
    found = policy_of(values, "here")
    if expected is None:
        assert found == unresolved("here"), why
    elif isinstance(expected, str):
        assert found == expected, why
    else:
        version = values.get("version", "2012-10-17")
        assert found == {"Version": version, "Statement": expected}, why


GIVEN: list[tuple[str, str, dict[str, str]]] = [
    ("p.json", '{"A": "1", "B": true, "C": ["x", "y"], "D": 2.5}', {"A": "1", "B": "true", "C": "x,y", "D": "2.5"}),
    ("p.json", '{"Parameters": {"A": "1"}, "Tags": {"B": "2"}}', {"A": "1"}), ("p.json", '{"Parameters": [{"ParameterKey": "A", "ParameterValue": "1"}]}', {"A": "1"}),
    ("p.json", '[{"ParameterKey": "A", "ParameterValue": "1"}, {"ParameterKey": "B", "UsePreviousValue": "true"}]', {"A": "1"}),
    ("p.json", '["A=1", "ParameterKey=B,ParameterValue=2=3"]', {"A": "1", "B": "2=3"}), ("p.json", '["ParameterKey=B"]', {"ParameterKey": "B"}),
    ("p.yaml", "A: '1'\nB: yes\n", {"A": "1", "B": "true"}),
    ("samconfig.toml", '[default.deploy.parameters]\nparameter_overrides = "A=1 B=\\"2 3\\""\n', {"A": "1", "B": "2 3"}),
    ("samconfig.toml", '[default.global.parameters]\nparameter_overrides = ["A=1", "B=2"]\n[default.deploy.parameters]\nparameter_overrides = {A = "3"}\n', {"A": "3", "B": "2"}),
    ("samconfig.toml", '[default.build.parameters]\nparameter_overrides = "A=1"\n', {}),
    ("samconfig.yaml", "default:\n  deploy:\n    parameters:\n      parameter_overrides:\n        - A=1\n        - B: x\n", {"A": "1", "B": "x"}),
]  # fmt: skip


def test_values_that_are_given(tmp_path: Path) -> None:
    """In each form that people have them; the last one counts."""
    for name, text, expected in GIVEN:
        (tmp_path / name).write_text(text)
        assert read_given([str(tmp_path / name)]) == expected, text
    (tmp_path / "p.json").write_text('{"A": "1"}')
    assert read_given([str(tmp_path / "p.json"), "A=2", "B=3=4"]) == {"A": "2", "B": "3=4"}


REFUSED = [
    ("p.json", "3", "no parameters"), ("p.json", "[3]", "entry 1 is no parameter"), ("p.json", '["A"]', "entry 1 is no parameter"), ("p.json", '[["="]]', "entry 1 is no parameter"), ("p.json", '[{"=": "x"}]', "entry 1 is no parameter"), ("p.json", '[{"ParameterKey": ["A"]}]', "entry 1 is no parameter"), ("p.json", '[{"ParameterKey": "A"}]', "the value of A is no text"), ("p.json", '[{"ParameterKey": "A", "ParameterValue": ["x", ["y"]]}]', "the value of A is no text"),
    ("p.json", '["A=1", {"Key": "A"}]', "entry 2 is no parameter"), ("p.json", '{"A": {}}', "the value of A is no text"),
    ("samconfig.toml", '[default.deploy.parameters]\nparameter_overrides = "A"\n', "is no Key=Value"), ("samconfig.toml", "[prod]\n", "it has no environment"),
    ("samconfig.toml", '[default.deploy.parameters]\nparameter_overrides = "A=\'"\n', "parameter_overrides"), ("samconfig.toml", "no", "not valid TOML"),
    ("samconfig.yaml", "- a\n", "it has no environment"),
]  # fmt: skip


def test_values_that_are_none(tmp_path: Path) -> None:
    """Refused by name: a default would be taken in their place without a word."""
    for name, text, said in REFUSED:
        (tmp_path / name).write_text(text)
        with pytest.raises(InputError, match=said):
            read_given([str(tmp_path / name)])
