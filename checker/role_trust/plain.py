"""Trust policies of which each character is understood, as a collector writes them.

Such a one only allows, names principals without wildcards, and asks for nothing but external ids,
the source of a service's call, and two claims of a token. Twelve digits in it are an account, or
part of an external id.
"""

from __future__ import annotations

import re
from functools import cache

ACCOUNT = rb"[0-9]{12}"
ID = rb'"[\w+=,.@:/-]{2,64}"'
_NO_ACCOUNT = rb'(?![^"]*[0-9]{12})'


def several(one: bytes) -> bytes:
    """It, or a list of such: all are texts. Each part is written as few times as can be, as these
    grow into each other and Python compiles each copy."""
    return rb"(?:%b|\[%b\])" % (one, _listed(one, rb'"', rb"\]"))


@cache
def plain(partition: str) -> re.Pattern[bytes]:
    """All of them, to be matched in full."""
    statement = rb'\{"Action":%b,(?:"Condition":\{%b\},)?"Effect":"Allow",' % (
        several(rb'"sts:[A-Za-z]+"'),
        _listed(_block(partition.encode()), rb'"', rb"\}"),
    )
    statement += rb'"Principal":\{%b\}(?:,"Sid":"%b[A-Za-z]\w*")?\}' % (
        _principal(partition.encode()),
        _NO_ACCOUNT,
    )
    return re.compile(
        rb'\{"Statement":\[%b\],"Version":"2012-10-17"\}' % _listed(statement, rb"\{", rb"\]")
    )


def _listed(one: bytes, begin: bytes, end: bytes) -> bytes:
    """At least one, with commas between them: what each begins with, and what follows the last."""
    return rb"(?:%b(?:,(?=%b)|(?=%b)))+" % (one, begin, end)


def _principal(partition: bytes) -> bytes:
    iam = rb"arn:%b:iam::%b:" % (re.escape(partition), ACCOUNT)
    name = rb"(?:role|user)/%b[\w+=,.@/-]+" % _NO_ACCOUNT
    aws = several(rb'"(?:%b(?:root|%b)|%b)"' % (iam, name, ACCOUNT))
    service = several(rb'"(?!rolesanywhere)%b[a-z0-9.-]+"' % _NO_ACCOUNT)
    provider = rb'"%b(?:oidc|saml)-provider/%b[\w.:/-]+"' % (iam, _NO_ACCOUNT)
    one = rb'"AWS":%b(?:,"Service":%b)?|"Service":%b|"Federated":%b'
    return rb"(?:%b)" % (one % (aws, service, service, provider))


def _block(partition: bytes) -> bytes:
    """Conditions under one operator."""
    claim = several(rb'"%b[^"\\$%%]*"' % _NO_ACCOUNT)
    asked = rb'(?:"aws:SourceAccount":"%b"|"sts:ExternalId":%b|"[\w.:/-]+:(?:aud|sub)":%b)' % (
        ACCOUNT,
        several(ID),
        claim,
    )
    home = rb"arn:%b:(?!iam:)[a-z0-9-]+:(?:[a-z0-9-]*|\*):%b:(?!role/)" % (
        re.escape(partition),
        ACCOUNT,
    )
    arn = rb'"aws:SourceArn":"%b%b[\w:/.-]*\*?"' % (home, _NO_ACCOUNT)
    text = rb'"(?:ForAnyValue:)?String(?:Equals|Like)":\{%b\}' % _listed(asked, rb'"', rb"\}")
    return rb'(?:%b|"Arn(?:Like|Equals)":\{%b\})' % (text, arn)
