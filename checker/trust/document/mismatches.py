"""Statements for identity providers that let nobody in, as their parts do not go together.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import checker.trust.texts.keys as keys
from checker.trust.document.conditions import Condition
from checker.trust.document.principals import Who
from checker.trust.tenancy import bare

_SAML, _WEB_IDENTITY = 2, 4  # of `parse.ACTIONS`


def useless(who: Who, actions: int, conditions: Iterable[Condition]) -> Iterator[str]:
    """In words, why no token or assertion of the providers that an Allow names fits it."""
    if not who.elements or any(one.form != "provider" for one in who.elements):
        return
    named = {_issuer(one.text) for one in who.elements}
    if None in named:
        return
    fitting = {_SAML if issuer == "saml" else _WEB_IDENTITY for issuer in named}
    if actions & (_SAML | _WEB_IDENTITY) and not any(actions & one for one in fitting):
        name = "AssumeRoleWithSAML is" if actions & _SAML else "AssumeRoleWithWebIdentity is not"
        yield f"sts:{name} for SAML providers"
    for one in conditions:
        issuer = "saml" if one.key.startswith("saml:") else keys.issuer(one.key)
        if issuer is not None and issuer not in named and not one.absent:
            yield f"{keys.spelled(one.key)} is a key of another provider than the statement names"


@lru_cache(maxsize=4096)
def _issuer(text: str) -> str | None:
    """Whose keys a provider's requests have; None for a name that stands for several."""
    if "*" in text or "${" in text:
        return None
    return "saml" if ":saml-provider/" in text else bare(text).lower()
