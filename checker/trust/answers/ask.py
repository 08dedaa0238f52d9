"""One question to a policy: is this principal let in, or this very request; and what decides it?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

import checker.trust.document.decode as decode
import checker.trust.document.operators as operators
import checker.trust.document.principals as principals
import checker.trust.texts.forms as forms
import checker.trust.texts.globs as globs
import checker.trust.texts.keys as keys
from checker.trust.answers.outcomes import condition_words
from checker.trust.answers.request import Request, Unnamed, evaluate
from checker.trust.budget import Spent
from checker.trust.callers.aws_outsiders import accounts, named
from checker.trust.callers.federation import BUILT_IN
from checker.trust.callers.outsider import Outsider
from checker.trust.callers.outsiders import by_each_way, federated, services
from checker.trust.callers.services import meant
from checker.trust.callers.vocabulary import Vocabulary
from checker.trust.document.conditions import Value
from checker.trust.document.notes import BLOCKING, scalar
from checker.trust.document.parse import ASSUME, Policy, Statement, parse
from checker.trust.document.principals import Element
from checker.trust.model import Scope, Witness
from checker.trust.proof.completion import Absence, Completion
from checker.trust.proof.rows import Row
from checker.trust.search.decide import Decider
from checker.trust.search.denies import means

_DOUBT = "a service has no such keys, and AWS documents none that takes roles which do not name it"
_DENY = "AWS leaves open whether a Deny means such a caller"
_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?", re.IGNORECASE)
_ORG_KEYS = ("aws:principalorgid", "aws:principalorgpaths")


class NoValue(ValueError):  # noqa: N818
    """A key of a request's context has neither a text (a number, a truth) nor a list of such."""


class Verdict(msgspec.Struct, frozen=True):
    """`allowed`: null where it cannot be told. `statement`: the index of the one that decides.

    `asked` is the principal; `witness`, where it is let in, a request of its own.
    """

    allowed: bool | None
    statement: int | None
    reason: str
    witness: Witness | None = None
    asked: str = ""


def who(document: object, scope: Scope, text: str) -> Verdict:
    """Whether somebody is let in by some request: an account id, an ARN, an organization's id, the
    name of a service, or an issuer. Raises Unnamed; NotJSON and TooDeep of what is no document."""
    decider, twice = _decider(document, scope)
    try:
        verdict = _who(decider, text)
    except Spent:
        verdict = Verdict(None, None, "too many combinations to try: it cannot be told")
    return msgspec.structs.replace(_once(verdict, twice), asked=text)


def _who(decider: Decider, text: str) -> Verdict:
    proofs = Completion(decider, [])
    seen: list[tuple[int, Absence]] = []
    unsure, doubt = None, "too many combinations to try: it cannot be told"
    for allow in decider.policy.allows:
        for outsider in by_each_way(_asked(allow, text, decider.words), decider.words):
            rows = list(proofs.refusals(outsider))
            answer = proofs.prover.ask(outsider, allow.conditions, rows)
            if answer.request is not None and _doubtful(allow, outsider):
                unsure, doubt = allow.index, _DOUBT
                continue
            if answer.request is not None:
                denies = list(_doubtful_denies(decider.policy, outsider))
                sure = (
                    not denies
                    or proofs.prover.ask(outsider, allow.conditions, [*rows, *denies]).request
                )
                if not sure:
                    unsure, doubt = denies[0].index, _DENY
                    continue
                hit = proofs.found.hit(allow, outsider, answer.request, rows)
                return Verdict(True, allow.index, "this statement lets it in", hit.witness)
            unsure = allow.index if answer.unsure else unsure
            seen.append((allow.index, Absence(text, answer.failing, answer.refusing)))
    if unsure is not None:
        return Verdict(None, unsure, doubt)
    return _understood(decider.policy, _refused(seen, decider.policy), text)


def request(
    document: object, scope: Scope, principal: str, action: str, context: Mapping[str, Any]
) -> Verdict:
    """Whether one request is let in, and which statement, condition or Deny decides. Keys that
    follow from the principal are filled in. Raises as `who` does, and NoValue."""
    decider, twice = _decider(document, scope)
    spelled = Counter(key.lower() for key in context)
    twice_there = next((key for key in context if spelled[key.lower()] > 1), None)
    if twice_there is not None:
        reason = f"the context gives {twice_there!a:.80} twice"
        return Verdict(None, None, reason, asked=principal)
    asked = Request(principal, action, _values(context), scope, decider.today)
    allowed, statement, reason = evaluate(decider.policy, asked)
    told = _understood(decider.policy, Verdict(allowed, statement, reason), principal)
    verdict = _once(told, twice)
    return msgspec.structs.replace(verdict, asked=principal)


def _doubtful_denies(policy: Policy, outsider: Outsider) -> Iterator[Row]:
    """Denies of `{"AWS": "*"}`, of which AWS does not say whether they mean others as well."""
    for deny in policy.denies:
        meant = means(deny.who, outsider.caller)
        if deny.actions & outsider.action and deny.who.star() and not meant:
            yield Row(deny.conditions, deny.index)


def _doubtful(allow: Statement, outsider: Outsider) -> bool:
    """Whether it is a service behind a `*` whose conditions are about AWS principals."""
    named = any(one.form == "service" for one in allow.who.elements)
    return outsider.caller.family == "service" and not named and not meant(allow)


def _decider(document: object, scope: Scope) -> tuple[Decider, list[str]]:
    """And the keys that the document gives twice."""
    twice: list[str] = []
    if isinstance(document, str | bytes):
        document, twice = decode.decode(document)
    today = int(operators.date(scope.today.isoformat()) or 0)
    return Decider(parse(document, scope.partition, scope.live, today), scope, today), twice


def _once(verdict: Verdict, twice: list[str]) -> Verdict:
    """What is given twice in one object hides something: whatever was answered, it is not sure."""
    if not twice:
        return verdict
    return Verdict(None, verdict.statement, f"{twice[0]!a:.80} is given twice in one object")


def _understood(policy: Policy, verdict: Verdict, asked: str) -> Verdict:
    """Nobody is sure to be kept out, or let in, by a policy that is not wholly understood; nor kept
    out by one that names somebody of whom only the deployment tells who it is."""
    problem = next((one for one in policy.problems if one.code in BLOCKING), None)
    if problem is not None:
        reason = f"{verdict.reason}; but the policy was not wholly understood: {problem.message}"
        return Verdict(None, verdict.statement, reason)
    unnamed = next(_may_be(asked, policy), None) if verdict.allowed is False else None
    return unnamed or verdict


def _may_be(asked: str, policy: Policy) -> Iterator[Verdict]:
    """The Allows that name, by a unique id or a text to be filled in, whoever is asked about."""
    whoever = keys.ACCOUNT.fullmatch(asked) or keys.ORGANIZATION.fullmatch(asked)
    with_id = whoever or asked.startswith("arn:")
    for allow in policy.allows:
        for one in allow.who.elements:
            named = one.form in ("unresolved", "provider") and "${" in one.text
            if named or (one.form == "unresolved" and with_id):
                reason = (
                    f"statement {allow.index} names {one.text!a:.80}: who that is cannot be told"
                )
                yield Verdict(None, allow.index, reason)


def _values(context: Mapping[str, Any]) -> dict[str, Value]:
    """A `*` in a value is no wildcard: it is written as in an operand that means itself."""
    found: dict[str, Value] = {}
    for key, value in context.items():
        several = value if isinstance(value, list | tuple) else [value]
        texts = tuple(globs.literal(one) for one in map(scalar, several) if one is not None)
        if len(texts) != len(several):
            raise NoValue(f"{key} has no text or list of texts")
        found[key.lower()] = texts if several is value else texts[0]
    return found


def _refused(seen: list[tuple[int, Absence]], policy: Policy) -> Verdict:
    """Why none of the statements that mean it lets it in: the nearest first."""
    for index, one in seen:
        if one.refusing:
            named = ", ".join(map(str, one.refusing))
            reason = f"the Deny in statement {named} refuses what statement {index} lets in"
            return Verdict(False, one.refusing[0], reason)
    for index, one in seen:
        told = " and ".join(condition_words(failing, policy) for failing in one.failing)
        return Verdict(False, index, f"it cannot fulfil {told}")
    return Verdict(False, None, "no Allow statement names it")


def _asked(allow: Statement, text: str, words: Vocabulary) -> Iterator[Outsider]:
    """The callers of the statement that are of the one asked for."""
    element = _element(text, words)
    if element is None:
        yield from _members(allow, text, words)
    elif element.form in ("account", "arn"):
        yield from _aws(allow, element, words)
    elif element.form == "service":
        named_there = [one.text for one in allow.who.elements if _service(one, element.text)]
        if allow.actions & ASSUME and (named_there or allow.who.star()):
            yield from services((*named_there, element.text)[0].replace("*", element.text), words)
    else:
        for one in federated(allow, words):
            issuers = {one.caller.text, one.caller.grant.provider, one.caller.issuer}
            if element.text in issuers or _bare(element.text) in issuers:
                yield one


def _element(text: str, words: Vocabulary) -> Element | None:
    """What the text names; None for an organization."""
    if keys.ORGANIZATION.fullmatch(text):
        return None
    if "-provider/" in text or text in BUILT_IN:
        return Element("provider", text)
    if text.startswith("arn:") or keys.ACCOUNT.fullmatch(text):
        found = principals.aws(text, words.scope.partition)
        if found.form in ("account", "arn") and found.problem != "invalid-principal":
            return found
    elif _SERVICE.fullmatch(text) or _names_service(text, words):
        return Element("service", text)
    elif re.fullmatch(r"(https://)?[a-z0-9-]+(\.[a-z0-9-]+)+(/\S*)?", text, re.IGNORECASE):
        return Element("provider", text)
    raise Unnamed(text)


def _names_service(text: str, words: Vocabulary) -> bool:
    return any(_service(one, text) for part in words.statements for one in part.who.elements)


def _service(one: Element, name: str) -> bool:
    return one.form == "service" and one.text.lower() in (name.lower(), "*")


def _bare(issuer: str) -> str:
    return issuer.removeprefix("https://").rstrip("/").lower()


def _aws(allow: Statement, element: Element, words: Vocabulary) -> Iterator[Outsider]:
    if not allow.actions & ASSUME:
        return
    meant = [one for one in allow.who.elements if _same(one, element)]
    whole = allow.who.star() or any(one.form == "account" for one in meant)
    if element.form == "arn":
        exact = any(one.text == element.text for one in meant)
        role = principals.principal_arn(element)
        if whole or exact or any(one.text == role for one in meant):
            yield from named(element, words)
        elif role != element.text:  # a session's ARN leaves out the path of its role
            name = "/" + role.rpartition("/")[2]
            for one in (one for one in meant if ":role/" in one.text and one.text.endswith(name)):
                yield from named(one, words)
    elif whole:
        yield from accounts(element.account, element.partition, words)
    else:
        for one in meant:
            yield from named(one, words)


def _same(one: Element, element: Element) -> bool:
    return one.account == element.account and one.partition == element.partition


def _members(allow: Statement, organization: str, words: Vocabulary) -> Iterator[Outsider]:
    """Members of an organization: of one that the policy doesn't name, as any other's."""
    ours = organization in words.scope.organizations
    told = not words.reads.isdisjoint(_ORG_KEYS)
    every = list(_every_account(allow, words, ours))
    if ours:
        yield from every
        return
    named = [one for one in every if one.caller.membership.organization == organization]
    if named or not told:
        yield from named or every
        return
    for one in every:
        at = one.unit(_ORG_KEYS[0])
        if at is not None and not one.caller.membership.organization:
            units = list(one.units)
            units[at] = forms.organization(*_ORG_KEYS, organization)
            fixed = {**one.fixed, _ORG_KEYS[0]: organization}
            excluded = {key: some for key, some in one.excluded.items() if key != _ORG_KEYS[0]}
            yield one.but(units=tuple(units), fixed=fixed, excluded=excluded)


def _every_account(allow: Statement, words: Vocabulary, ours: bool) -> Iterator[Outsider]:
    """Our own accounts are in our own organization, and nobody else's are."""
    if allow.actions & ASSUME and allow.who.star():
        yield from accounts(words.scope.account if ours else None, words.scope.partition, words)
    for one in allow.who.elements if allow.actions & ASSUME else ():
        if words.own(one.account, one.partition) != ours:
            continue
        if one.form == "account":
            yield from accounts(one.account, one.partition, words)
        elif one.form == "arn":
            yield from named(one, words)
