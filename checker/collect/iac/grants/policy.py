"""A resource's policy with unknown values → one without, that lets in no fewer.

As of trust policies (`trust_document.py`); what is new are resources, and values of what the same
code makes: those that name somebody name us, and any other is a value of its own.
"""

from __future__ import annotations

from typing import Any

from checker.collect.iac.grants.arns import MARK, Named, filled, is_arn
from checker.collect.iac.grants.model import Code
from checker.collect.iac.narrowing import Kind, Naming, Narrowing
from checker.collect.iac.trust_document import (
    Softener,
    Statement,
    TrustDocument,
    known_of,
    read_policy,
)
from checker.collect.iac.unknown import (
    MADE,
    OPEN,
    PUBLIC,
    blanked,
    is_made,
    is_public,
    is_unresolved,
    shown,
    wholly,
)
from checker.collect.iac.values import as_list
from checker.collect.iac.whom import worded
from checker.snapshot.write import encode_document

_ACCOUNTS = (
    "aws:sourceaccount", "aws:sourceowner", "aws:principalaccount", "kms:calleraccount",
    "s3:dataaccesspointaccount",
)  # fmt: skip
"""Keys of accounts."""
_ARNS = ("aws:sourcearn", "aws:principalarn", "s3:dataaccesspointarn")
_ORGANIZATIONS = (
    "aws:principalorgid", "aws:sourceorgid", "aws:principalorgpaths", "aws:sourceorgpaths",
)  # fmt: skip
_WIDE = "Resource is not known before deployment: taken for any"
_SPARED = "a Deny of all but some names may spare this one, so it was not counted"
_DROPPED = "%s is not known before deployment, so it was taken not to restrict anybody"


def resource_document(value: Any, named: Named, code: Code) -> TrustDocument:
    """What a record holds of a policy as an object or as JSON text.

    `named`: the resource that has it."""
    parsed = read_policy(value)
    if not isinstance(parsed, dict):
        if value is None or is_unresolved(value):
            nobody_knows = [_unread(value)]
            document = {"Version": "2012-10-17", "Statement": nobody_knows}
            return TrustDocument(encode_document(document), ("the policy is not known",))
        return TrustDocument(encode_document(shown(parsed)), ())
    notes: list[str] = []
    root = code.target.arn("iam", "root")
    softener = _Softener(Filler(code).policy(parsed), root, notes, named)
    return TrustDocument(encode_document(softener.document()), tuple(dict.fromkeys(notes)))


def _unread(value: Any) -> Statement:
    """A policy that may let in anybody, whom only the deployment tells."""
    text = value if isinstance(value, str) else "a policy that is not known"
    return {"Effect": "Allow", "Principal": {"AWS": [worded(text)]}, "Action": "*",
            "Resource": "*"}  # fmt: skip


class Filler:
    """Fills in what the same code makes: exact where it has a name, else as a value of its own."""

    def __init__(self, code: Code) -> None:
        self._code, self._target = code, code.target

    def policy(self, value: Any) -> Any:
        """A policy's values; conditions by what their keys name."""
        if isinstance(value, str):
            return filled(value, self._code)
        if isinstance(value, list):
            return [self.policy(one) for one in value]
        if not isinstance(value, dict):
            return value
        return {
            key: self._condition(one) if key == "Condition" else self.policy(one)
            for key, one in value.items()
        }

    def _condition(self, raw: Any) -> Any:
        if not isinstance(raw, dict):
            return self.policy(raw)
        return {
            operator: {key: self._values(key.lower(), one) for key, one in block.items()}
            if isinstance(block, dict) else self.policy(block)
            for operator, block in raw.items()
        }  # fmt: skip

    def _values(self, key: str, values: Any) -> Any:
        if isinstance(values, list):
            return [self._values(key, one) for one in values]
        if not isinstance(values, str):
            return values
        text = filled(values, self._code)
        return self._own(key, text) if is_made(text) and not is_public(text) else text

    def _own(self, key: str, text: str) -> str:
        """A value that only AWS will tell, of what the same code makes."""
        if key in _ORGANIZATIONS:
            return text
        if key in _ACCOUNTS:
            return self._target.account
        if key in _ARNS and (mark := wholly(text)) is not None:
            return self._arn(mark) or text
        found = MARK.sub(lambda one: _plain(one[1]), text)
        parts = found.split(":", 5)
        if len(parts) == 6 and parts[0] == "arn" and OPEN in text.split(":", 5)[4]:
            parts[4] = self._target.account
        return ":".join(parts)

    def _arn(self, mark: str) -> str | None:
        """The ARN of what has none yet, by its service, in the own account."""
        made = self._code.maker(mark)
        if made is None or not is_arn(*made, self._code):
            return None
        kind = self._code.type_of(made[0])
        words = kind.lower().split("::" if "::" in kind else "_")
        service = words[1] if len(words) > 1 else words[0]
        return self._target.arn(service, made[0])


def _plain(mark: str) -> str:
    return mark.removeprefix(MADE).removeprefix(PUBLIC)


class _Softener(Softener):
    parts = ("Principal", "Action", "Resource")

    def __init__(self, document: Statement, own: str, notes: list[str], named: Named) -> None:
        super().__init__(document, own, notes)
        self._named = named
        self._denies = any(_tells_apart(one) for one in self._statements if _is_deny(one))
        self._deny_reads_ids = True  # no external id comes with these requests

    def _statement(self, raw: Any) -> list[Any]:
        if not isinstance(raw, dict):
            return [_unread(raw)] if is_unresolved(raw) else [raw]
        if is_unresolved(raw.get("Effect")):
            raw = {**raw, "Effect": "Allow"}
        if _is_synthetic(raw):
            raw = {**raw, "Resource": "*"}
        for key in ("Resource", "NotResource"):
            if key in raw:
                several = as_list(raw[key])
                raw = {**raw, key: [self._this(one) for one in several]}
        if _is_deny(raw):
            return super()._statement(self._surely(raw)) if self._denies_this(raw) else []
        found = super()._statement(_for_anonymous(_without_source(raw, self._notes)))
        return [self._widened(one) if isinstance(one, dict) else one for one in found]

    def _this(self, value: Any) -> Any:
        """With what will be the ARN of the resource itself, whatever that is."""
        marked = self._named.marked
        return value.replace(marked, self._named.arn) if marked and _is_text(value) else value

    def _denies_this(self, raw: Statement) -> bool:
        """Whether a Deny is surely of this resource, where nothing tells what it will be called."""
        sure = self._named.marked is None or "NotResource" not in raw
        if not sure:
            self._notes.append(_SPARED)
        return sure

    def _surely(self, raw: Statement) -> Statement:
        if self._named.marked is None or "Resource" not in raw:
            return raw
        return {**raw, "Resource": [one for one in raw["Resource"] if self._is_this(one)]}

    def _is_this(self, value: Any) -> bool:
        last = value.split(":", 5)[-1] if _is_text(value) else ""
        return last.startswith("*") or (_is_text(value) and value.startswith(self._named.arn))

    def _widened(self, raw: Statement) -> Statement:
        """An Allow, of whatever its resources may be."""
        if "Resource" in raw:
            several = as_list(raw["Resource"])
            raw = {**raw, "Resource": list(dict.fromkeys(map(self._pattern, several)))}
        if is_unresolved(raw.get("NotResource")):
            raw = {**raw, "NotResource": known_of(raw["NotResource"]) or ["arn:aws:none:::none"]}
        return raw

    def _pattern(self, value: Any) -> Any:
        if not _is_text(value):
            return "*" if is_unresolved(value) else value
        if value == "*" or value.startswith(self._named.arn):
            return blanked(value, "*")
        if self._named.marked is not None:
            return self._called(blanked(value, "*"))
        if not is_unresolved(value):
            return value
        self._notes.append(_WIDE)
        head = value.split(":", 5)[:5]
        return "*" if len(head) > 1 and is_unresolved(head) else blanked(value, "*")

    def _called(self, value: str) -> str:
        """A name that stands in the policy of what has none yet: it may be this one's."""
        parts, own = value.split(":", 5), self._named.arn.split(":", 5)
        if len(parts) == 6 and len(own) == 6 and own[2] == "s3" and not own[4]:
            name, slash, rest = parts[5].partition("/")
            return f"{self._named.arn}*" if "*" in name else f"{self._named.arn}{slash}{rest}"
        return "*"

    def _narrowing(self, _principal: Any) -> Narrowing:
        return Narrowing(self._notes, free_ids=False, naming=_naming(_principal))

    def _whoever(self, wide: Statement, texts: list[str]) -> Statement:
        kept = {key: one for key, one in wide.items()
                if key not in ("Principal", "NotPrincipal", "Condition")}  # fmt: skip
        return {**kept, "Principal": {"AWS": [worded(text) for text in texts]}}

    def _us(self, wide: Statement) -> Statement:
        return {**wide, "Principal": {"AWS": self._own}}

    def _principal(self, raw: Statement) -> Statement:
        """The canonical user of what the same code makes is ours."""
        canonical = as_list(raw["CanonicalUser"]) if "CanonicalUser" in raw else []
        others = [one for one in canonical if not is_made(one) or is_public(one)]
        if len(others) < len(canonical):
            accounts = as_list(raw["AWS"]) if "AWS" in raw else []
            raw = {**raw, "AWS": [*accounts, self._own], "CanonicalUser": others}
            raw = {kind: one for kind, one in raw.items() if one}
        return super()._principal(raw)


def _without_source(raw: Statement, notes: list[str]) -> Statement:
    """Of which topic or rule a service must come is no matter where another key tells whose it is;
    nor where nothing is known of it: it is then a service without a source."""
    blocks = raw.get("Condition")
    if not isinstance(blocks, dict):
        return raw
    told = any(map(_tells_whose, blocks.items())) or not _is_star(raw.get("Principal"))
    kept: Statement = {}
    for operator, block in blocks.items():
        several = block if isinstance(block, dict) else {}
        gone = [key for key, values in several.items() if told and _is_untold(key, values)]
        notes += [_DROPPED % key for key in gone]
        kept[operator] = {k: v for k, v in several.items() if k not in gone} if gone else block
    return {
        **raw,
        "Condition": {name: one for name, one in kept.items() if one or blocks[name] == {}},
    }


def _for_anonymous(raw: Statement) -> Statement:
    """Who is not known may turn out to be `*`: then whoever does not sign meets what asks only
    those who do."""
    who, blocks = raw.get("Principal"), raw.get("Condition")
    several = as_list(who.get("AWS")) if isinstance(who, dict) else []
    if not isinstance(blocks, dict) or not any(wholly(one) is not None for one in several):
        return raw
    kept = {operator: block for operator, block in blocks.items()
            if not operator.lower().endswith("ifexists") and operator.lower() != "null"
            and not operator.lower().startswith("forallvalues:")}  # fmt: skip
    return {**raw, "Condition": kept}


def _is_untold(key: Any, values: Any) -> bool:
    several = as_list(values)
    return str(key).lower() == "aws:sourcearn" and all(wholly(one) is not None for one in several)


def _tells_whose(block: tuple[str, Any]) -> bool:
    operator, keys = block
    plain = operator.lower() in ("stringequals", "stringlike")
    return plain and isinstance(keys, dict) and any(
        key.lower() in ("aws:sourceaccount", "aws:sourceowner", "aws:sourceorgid")
        and not is_unresolved(one) and one != "" for key, one in keys.items()
    )  # fmt: skip


def _naming(principal: Any) -> Naming:
    """Sources name the caller where anybody may call: then it is a service."""
    kind: Kind = "AWS" if _is_star(principal) else "Service"
    return {
        "aws:sourceaccount": (kind, lambda _: False),
        "aws:sourceowner": (kind, lambda _: False),
        "aws:sourceorgid": (kind, lambda _: False),
        "aws:sourcearn": (kind, _tells_account),
        "kms:calleraccount": ("AWS", lambda _: False),
        "s3:dataaccesspointaccount": ("AWS", lambda _: False),
        "s3:dataaccesspointarn": ("AWS", _tells_account),
    }


def _is_star(principal: Any) -> bool:
    by_kind = principal if isinstance(principal, dict) else {"AWS": principal}
    several = as_list(by_kind.get("AWS"))
    return "*" in several


def _tells_account(text: str) -> bool:
    """Whether what is known of an ARN tells whose it is; a bucket's tells nobody."""
    parts = text.split(":", 5)
    return len(parts) == 6 and (parts[4].isdigit() or not parts[4])


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_deny(raw: Any) -> bool:
    return isinstance(raw, dict) and raw.get("Effect") == "Deny"


def _tells_apart(raw: Statement) -> bool:
    """Whether a Deny is of some people alone: it may spare who is not known yet."""
    if raw.get("Principal") not in ("*", {"AWS": "*"}, {"AWS": ["*"]}):
        return True
    blocks = raw.get("Condition")
    found = blocks.values() if isinstance(blocks, dict) else ()
    keys = [key.lower() for block in found if isinstance(block, dict) for key in block]
    return any(key.startswith(("aws:principal", "aws:source", "kms:caller")) for key in keys)


def _is_synthetic(raw: Statement) -> bool:
    """Whether a statement was made of references alone: then it is about anything."""
    return raw.get("Action") == "*" and raw.keys() <= {"Effect", "Principal", "Action", "Condition"}
