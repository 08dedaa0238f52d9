"""A document as AWS takes it, as Terraform has it, as CloudFormation has it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from checker.enforce.limits import compact
from checker.enforce.targets import Placed

Format = Literal["json", "terraform", "cloudformation"]
FORMATS = ("json", "terraform", "cloudformation")


class Policy(msgspec.Struct, frozen=True):
    """A policy of the organization: `name` is unique among those of one output and legal in both
    languages with `-` for blanks; `type` is Organizations' own."""

    name: str
    type: str
    description: str
    placed: Placed


def as_json(parts: Iterable[Placed]) -> str:
    """The document, on one line as all characters count; of several a list with their targets."""
    listed = list(parts)
    if len(listed) == 1:
        return compact(listed[0].document) + "\n"
    rows = ",\n".join(compact(one.plain()) for one in listed)
    return f"[\n{rows}\n]\n"


def as_terraform(policies: Iterable[Policy]) -> str:
    """Each with a variable for its targets, so that it can be tried on a unit first."""
    return "\n".join(_terraform(one) for one in policies)


def _terraform(one: Policy) -> str:
    label = one.name.replace("-", "_")
    default = f"  default = {hcl(sorted(one.placed.targets), 2)}\n" if one.placed.targets else ""
    return (
        f'variable "{label}_targets" {{\n'
        "  type        = set(string)\n"
        '  description = "Ids of the root, units and accounts that it goes to"\n'
        f"{default}"
        "}\n\n"
        f'resource "aws_organizations_policy" "{label}" {{\n'
        f"  name        = {hcl(one.name)}\n"
        f"  description = {hcl(one.description)}\n"
        f"  type        = {hcl(one.type)}\n"
        f"  content     = jsonencode({hcl(one.placed.document, 2)})\n"
        "}\n\n"
        f'resource "aws_organizations_policy_attachment" "{label}" {{\n'
        f"  for_each  = var.{label}_targets\n"
        f"  policy_id = aws_organizations_policy.{label}.id\n"
        "  target_id = each.value\n"
        "}\n"
    )


def hcl(value: Any, indent: int = 0) -> str:
    """A value of JSON as an expression: nothing in its texts is a template of Terraform's.
    https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences"""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    for short, long in (("\\b", "\\u0008"), ("\\f", "\\u000c")):
        text = _escape(text, short, long)
    text = _plain(text).replace("${", "$${").replace("%{", "%%{")
    return text.replace("\n", "\n" + " " * indent)


def _plain(text: str) -> str:
    """In ASCII, for languages that know no pairs of surrogates, and more ends of a line than JSON
    does."""
    plain = ("\x20" <= one < "\x7f" or one == "\n" for one in text)
    return "".join(one if fine else _code(one) for one, fine in zip(text, plain, strict=True))


def _code(char: str) -> str:
    number = ord(char)
    return f"\\u{number:04x}" if number < 1 << 16 else f"\\U{number:08x}"


def _escape(text: str, short: str, long: str) -> str:
    """Where the backslash is not itself behind one."""
    halves = text.split("\\\\")
    return "\\\\".join(half.replace(short, long) for half in halves)


def as_cloudformation(policies: Iterable[Policy]) -> str:
    """A template for the management account. JSON within YAML, as the header is a comment and an
    account's id must stay a text for every reader."""
    listed = list(policies)
    template: dict[str, Any] = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Guardrails made by vendorgate enforce",
        "Parameters": {_id(one, "Targets"): _targets(one) for one in listed},
        "Resources": {_id(one, "Policy"): _resource(one) for one in listed},
    }
    return _plain(json.dumps(template, indent=2, ensure_ascii=False)) + "\n"


def _id(one: Policy, suffix: str) -> str:
    return "".join(part.capitalize() for part in one.name.split("-")) + suffix


def _targets(one: Policy) -> dict[str, Any]:
    default = {"Default": ",".join(one.placed.targets)} if one.placed.targets else {}
    return {
        "Type": "CommaDelimitedList",
        "Description": "Ids of the root, units and accounts that it goes to",
        **default,
    }


def _resource(one: Policy) -> dict[str, Any]:
    return {
        "Type": "AWS::Organizations::Policy",
        "Properties": {
            "Name": one.name,
            "Description": one.description,
            "Type": one.type,
            "Content": one.placed.document,
            "TargetIds": {"Ref": _id(one, "Targets")},
        },
    }


def named(name: str, kind: str, description: str, parts: Iterable[Placed]) -> list[Policy]:
    """Numbered where there are several."""
    listed = list(parts)
    return [
        Policy(name if len(listed) == 1 else f"{name}-{n}", kind, description, one)
        for n, one in enumerate(listed, 1)
    ]


def rendered(form: Format, policies: list[Policy], head: str) -> str:
    """`head` is a comment; JSON has none."""
    if form == "terraform":
        return f"{head}\n{as_terraform(policies)}"
    if form == "cloudformation":
        return f"{head}\n{as_cloudformation(policies)}"
    return as_json(one.placed for one in policies)
