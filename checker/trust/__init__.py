"""The trust analysis: a trust policy → the outsiders it lets in, each with a witness.

To read it in order: `decode` and `parse` (with `principals`, `blocks`, `operators`, `conditions`)
settle what the document says; `vocabulary` collects what it names; `callers` (with `identities`,
`memberships`, `services`, `federation`) are the few who stand for all; `search` (with `values`,
`globs`) asks whether a request of theirs gets past every Deny; `decide` asks it for each Allow and
caller, and `grants` merges the answers. Wherever a search would explode, `budget` ends it, and the
answer is widened: `too-complex`.

What the search leaves open goes to the proof: `outsiders` are all who could call, kind by kind;
`prover` asks whether a request of theirs gets in that no grant covers (with `bindings` for policy
variables, `places` for one key at a time, `automata` and `forms` for all texts of a form), and
`completion` ends each Allow with grants or with a reason (`outcomes`). `glance` spares that what
most people write. `ask` answers for one principal or one request.
"""

from checker.trust.analysis import analyze
from checker.trust.federation import open_federation
from checker.trust.globs import includes
from checker.trust.model import (
    Analysis,
    Grant,
    Outcome,
    Principal,
    Problem,
    Provider,
    Scope,
    Witness,
)
from checker.trust.notes import BLOCKING
from checker.trust.tenancy import bare, names_tenant, shared, tenancy_claims

__all__ = [
    "BLOCKING",
    "Analysis",
    "Grant",
    "Outcome",
    "Principal",
    "Problem",
    "Provider",
    "Scope",
    "Witness",
    "analyze",
    "bare",
    "includes",
    "names_tenant",
    "open_federation",
    "shared",
    "tenancy_claims",
]
