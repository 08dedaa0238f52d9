"""A trust policy that something was wrong with, as policies see it."""

from __future__ import annotations

from checker.facts.build import role_facts
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
            {
                "code": p.code,
                "statement": p.statement,
                "message": p.message,
                "text": p.message
                if p.statement is None
                else f"statement {p.statement}: {p.message}",
                "blocking": p.code in BLOCKING,
            }
            for p in analysis.problems
        ],
    }
