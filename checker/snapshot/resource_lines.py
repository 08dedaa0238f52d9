"""Lines of resources as we write them, taken apart by one pattern: most are never decoded.

A line that fits, and has a policy of a form that is known, is one that decodes strictly to a
resource, and tells no key twice but maybe in its settings and tags; whoever reads it sees to both,
once for each text. Its ARN is of its account, or of none.
"""

from __future__ import annotations

import re

from checker.snapshot.fitting import TAGS, TEXT

_PART = rb"[ !#-9;-\[\]-~]*+:"


def form(document: bytes) -> re.Pattern[bytes]:
    """Finds such lines, each behind a line's end and before one: the line without its end, account,
    ARN, groups of the policy's own, any other policy, kind, settings, tags. `document`: the
    policies that are known."""
    settings = rb'\{[^,\n]*+(?:,(?!"tags":)[^,\n]*+)*+'
    named = rb"(?:null|%b)" % TEXT
    arn = rb"arn:%b%b%b(?:\2)?:[ !#-\[\]-~]*+" % (_PART, _PART, _PART)
    fields = (
        rb'\{"account":"([0-9]{12})"',
        rb'"arn":"(%b)"' % arn,
        rb'"document":(?:%b|((?:[^,\n]++|,(?!"kind":"))++))' % document,
        rb'"kind":"([ !#-\[\]-~]*+)"',
        rb'"location":null',
        rb'"name":%b' % named,
        rb'"region":%b' % named,
        rb'(?:"settings":(%b),)?"tags":(%b)\}' % (settings, TAGS),
    )  # fmt: skip
    return re.compile(rb"\n(%b)(?=\n)" % b",".join(fields))
