"""A trust policy that something was wrong with, as policies see it."""

from __future__ import annotations

from checker.facts.build import problem_facts, role_facts
from checker.facts.plain import Facts
from checker.snapshot.records import Role
from checker.trust import BLOCKING
from checker.trust.model import Analysis


def trust_policy_facts(account: Facts, role: Role, analysis: Analysis, readable: bool) -> Facts:
    return {
        "resource": role.arn,
        "account": account,
        "role": role_facts(role),
        "readable": readable,
        "problems": [
            problem_facts(one, blocking=one.code in BLOCKING) for one in analysis.problems
        ],
    }
