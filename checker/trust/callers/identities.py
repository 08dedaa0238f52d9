"""Identities within one account: a fresh role, and others where conditions tell them apart.

aws:PrincipalArn, aws:userid, aws:username and aws:PrincipalType go together. The root user cannot
call sts:AssumeRole, so it is no caller.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

import checker.trust.texts.globs as globs
from checker.patterns import pattern
from checker.trust.callers.vocabulary import NAMES, Vocabulary, combine, values
from checker.trust.document.conditions import Condition
from checker.trust.document.parse import Statement
from checker.trust.document.principals import Element, principal_arn, session_name

TELLING = frozenset(("aws:principalarn", "aws:userid", "aws:username", "aws:principaltype"))
TYPES = {
    "role": "AssumedRole",
    "assumed-role": "AssumedRole",
    "user": "User",
    "federated-user": "FederatedUser",
}
_HOMES = {"role": "iam", "user": "iam", "federated-user": "sts"}
_USERIDS = {"role": "AROA*:*", "assumed-role": "AROA*:*", "user": "AIDA*"}
_UNIQUE = "AROAWWWWWWWWWWWWWWWWW"
_RESOURCE = pattern(
    r"(?:role|user)/(?:[!-)+->@-~]+/)*[\w+=,.@-]+|federated-user/[\w+=,.@-]{2,32}", re.ASCII
)
_USERID = pattern(
    r"AROA[A-Z0-9]{12,124}:[\w+=,.@-]{2,64}|AIDA[A-Z0-9]{12,124}|[0-9]{12}:[\w+=,.@-]{2,32}",
    re.ASCII,
)


class Identity(msgspec.Struct, frozen=True):
    """`arn` is aws:PrincipalArn. `shown`: the ARN or pattern to report, empty for the account.

    `element` is the ARN that a Deny's Principal would name; `unique_id` that the policy fixes.
    """

    text: str
    arn: str
    type: str
    userid: str
    username: str = ""
    shown: str = ""
    element: str = ""
    unique_id: str = ""


def identities(
    allow: Statement, words: Vocabulary, account: str, partition: str
) -> Iterator[Identity]:
    """Identities of an account that is trusted as a whole."""
    if words.reads.isdisjoint(TELLING):
        arn = f"arn:{partition}:iam::{account}:role/{words.fresh_name}"
        yield Identity(arn, arn, "AssumedRole", f"{_UNIQUE}:wz", element=arn)
        return
    prefixes = {form: f"arn:{partition}:{_HOMES[form]}::{account}:" for form in _HOMES}
    globs_of = {form: _resources(allow, words, prefixes[form], form) for form in _HOMES}
    whole = "role/*" in globs_of["role"] and "user/*" in globs_of["user"]
    for form, found in globs_of.items():
        for glob in found:
            generic = whole and glob in (form + "/*", form + "/*/*")
            shown = "" if generic else prefixes[form] + words.uncased(prefixes[form], glob)
            for resource in _fitting(glob, words):
                yield from _with_userids(allow, words, prefixes[form] + resource, account, shown)


def _resources(allow: Statement, words: Vocabulary, prefix: str, form: str) -> list[str]:
    """Patterns of the ARN's last part, met with what the conditions ask."""
    must, may = words.required(allow, "aws:principalarn")
    bases = [form + "/*"]
    if "aws:principalarn" in words.reads and form in ("role", "user"):
        bases.append(form + "/*/*")
    asked = [_names(one) for one in words.on("aws:username")] if form == "user" else []
    return combine(
        bases,
        [_within(one, prefix, words) for one in must],
        [_within(one, prefix, words) for one in may] + asked,
        words.budget,
    )


def _names(condition: Condition) -> list[str]:
    return [glob for text in condition.loose() for glob in (f"user/{text}", f"user/*/{text}")]


def _within(condition: Condition, prefix: str, words: Vocabulary) -> list[str]:
    """The operands' last parts, of those that can fit an ARN that begins so."""
    found = []
    fixed = prefix.split(":")
    for text in condition.loose():
        if condition.operator.family == "arn":
            parts = text.split(":", 5)
            if all(map(globs.matches, parts[:5], fixed)):
                found.append(parts[5])
        else:
            met = globs.meets(text, prefix + "*", words.budget.charge)
            found += [one[len(prefix) :] for one in met]
    return found


def _fitting(glob: str, words: Vocabulary) -> Iterator[str]:
    texts = list(words.texts("aws:principalarn", "aws:username"))
    texts += [
        part.text for one in words.statements for part in one.who.elements if part.form == "arn"
    ]
    return (one for one in values(glob, texts, NAMES, 2, words.budget) if _RESOURCE.fullmatch(one))


def named_identities(allow: Statement, words: Vocabulary, element: Element) -> Iterator[Identity]:
    """The one identity that an ARN in a Principal names."""
    arn = principal_arn(element)
    arns = [arn] if arn == element.text else _session_roles(allow, words, arn)
    session = session_name(element)
    for one in arns:
        for found in _with_userids(allow, words, one, element.account, element.text, session):
            yield msgspec.structs.replace(found, text=element.text, element=element.text)


def _session_roles(allow: Statement, words: Vocabulary, arn: str) -> list[str]:
    """The ARNs that a session's role may have: a session's own ARN leaves out the role's path.

    Role names are unique in an account, whatever the path: one that a Principal names is the one.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    head, _, name = arn.partition(":role/")
    if named := _roles_named(words, head, name):
        return named
    if "aws:principalarn" not in words.reads:
        return [arn]
    must, may = words.required(allow, "aws:principalarn")
    prefix = head + ":"
    asked = [_within(one, prefix, words) for one in must + may]
    met = combine([f"role/*/{name}"], [], asked, words.budget)
    return [arn, *(prefix + resource for glob in met for resource in _fitting(glob, words))]


def _roles_named(words: Vocabulary, head: str, name: str) -> list[str]:
    texts = (part.text for one in words.statements for part in one.who.elements)
    found = (text for text in texts if text.startswith(head + ":role/"))
    return sorted({text for text in found if text.rpartition("/")[2] == name})


def _with_userids(
    allow: Statement, words: Vocabulary, arn: str, account: str, shown: str, session: str = ""
) -> Iterator[Identity]:
    resource = arn.split(":", 5)[5]
    form, _, name = resource.partition("/")
    username = name.rpartition("/")[2] if form == "user" else ""
    for userid, glob in _userids(allow, words, form, account, name, session):
        unique = glob.partition(":")[0] if "aws:userid" in words.reads else ""
        if not globs.is_literal(unique) or unique == account:
            unique = ""
        yield Identity(arn, arn, TYPES[form], userid, username, shown, arn, unique)


def _userids(
    allow: Statement, words: Vocabulary, form: str, account: str, name: str, session: str
) -> Iterator[tuple[str, str]]:
    """aws:userid, and the pattern that it fits."""
    base = _USERIDS.get(form, f"{account}:{name}")
    if session:
        base = f"AROA*:{session}"
    if "aws:userid" not in words.reads:
        yield (
            base.replace("AROA*:", f"{_UNIQUE}:")
            .replace(":*", ":wz")
            .replace("AIDA*", "AIDA" + "W" * 17),
            base,
        )
        return
    must, may = words.required(allow, "aws:userid")
    texts = words.texts("aws:userid")
    for glob in combine(
        [base], [one.loose() for one in must], [one.loose() for one in may], words.budget
    ):
        for userid in values(glob, texts, NAMES.upper(), 17, words.budget):
            if _USERID.fullmatch(userid):
                yield userid, glob
