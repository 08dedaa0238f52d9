"""The trust analysis: a trust policy → the outsiders it lets in, each with a witness."""

from checker.trust.analysis import analyze
from checker.trust.federation import TENANCY, open_federation
from checker.trust.globs import includes
from checker.trust.model import (
    Analysis,
    Grant,
    Principal,
    Problem,
    Provider,
    Scope,
    Witness,
)
from checker.trust.notes import BLOCKING

__all__ = [
    "BLOCKING",
    "TENANCY",
    "Analysis",
    "Grant",
    "Principal",
    "Problem",
    "Provider",
    "Scope",
    "Witness",
    "analyze",
    "includes",
    "open_federation",
]
