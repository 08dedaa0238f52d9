"""The trust analysis: a trust policy → the outsiders it lets in, each with a witness.

To read it in order: `decode` and `parse` (with `principals`, `blocks`, `operators`, `conditions`)
settle what the document says; `vocabulary` collects what it names; `callers` (with `identities`,
`memberships`, `services`, `federation`) are the few who stand for all; `search` (with `values`,
`globs`) asks whether a request of theirs gets past every Deny; `decide` asks it for each Allow and
caller, and `grants` merges the answers. Wherever a search would explode, `budget` ends it, and the
answer is widened: `too-complex`.
"""

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
