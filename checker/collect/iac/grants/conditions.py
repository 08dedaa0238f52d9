"""Statements of resource policies: sources that are not known, and who may be behind them."""

from __future__ import annotations

from typing import Any

from checker.collect.iac.narrowing import Kind, Naming
from checker.collect.iac.trust_document import Statement
from checker.collect.iac.unknown import is_unresolved, wholly
from checker.trust.document.decode import as_list

_DROPPED = "%s is not known before deployment, so it was taken not to restrict anybody"


def without_source(raw: Statement, notes: list[str]) -> Statement:
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


def for_anonymous(raw: Statement) -> Statement:
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


def naming(principal: Any) -> Naming:
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


def is_text(value: Any) -> bool:
    return isinstance(value, str)


def is_deny(raw: Any) -> bool:
    return isinstance(raw, dict) and raw.get("Effect") == "Deny"


def tells_apart(raw: Statement) -> bool:
    """Whether a Deny is of some people alone: it may spare who is not known yet."""
    if raw.get("Principal") not in ("*", {"AWS": "*"}, {"AWS": ["*"]}):
        return True
    blocks = raw.get("Condition")
    found = blocks.values() if isinstance(blocks, dict) else ()
    keys = [key.lower() for block in found if isinstance(block, dict) for key in block]
    return any(key.startswith(("aws:principal", "aws:source", "kms:caller")) for key in keys)


def is_synthetic(raw: Statement) -> bool:
    """Whether a statement was made of references alone: then it is about anything."""
    return raw.get("Action") == "*" and raw.keys() <= {"Effect", "Principal", "Action", "Condition"}
