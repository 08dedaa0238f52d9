"""A role's trust in a third party as policies see it."""

from __future__ import annotations

from checker.facts.plain import Facts
from checker.snapshot.records import Role
from checker.trust.model import Principal
from checker.vetting.register import Register, Standing
from checker.vetting.scope import over_privileged, trust_beyond_scope


def trust_vetting(
    vetting: Facts, standing: Standing, principal: Principal, role: Role, register: Register
) -> Facts:
    """The vetting of one trust: with the vendor's scope held against this role."""
    scope = register.scope(standing)
    if scope is None:
        return vetting
    beyond = trust_beyond_scope(
        scope, principal, role_name=role.name, role_arn=role.arn, account=role.account
    )
    return vetting | {
        "over_privileged": over_privileged(scope, role.privilege),
        "out_of_scope": list(beyond),
    }
