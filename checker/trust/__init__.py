"""The trust analysis: a trust policy → the outsiders it lets in, each with a witness. Pure.

A folder for each question, to be read in order; each asks only those before it:

1. `texts`: what can a value be?
2. `document`: what does the policy say?
3. `callers`: who could call?
4. `search`: does one of the few who stand for all get in?
5. `proof`: does nobody else?
6. `answers`: what is said of a statement, a principal, a request?

`analysis` asks them all of one document. Wherever a search would explode, `budget` ends it, and the
answer is widened: `too-complex`. `tenancy` is the table of shared identity providers, `model` what
the analysis answers with.
"""

from checker.trust.analysis import analyze
from checker.trust.callers.federation import open_federation
from checker.trust.document.notes import BLOCKING
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
from checker.trust.tenancy import bare, names_tenant, shared, tenancy_claims
from checker.trust.texts.globs import includes

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
