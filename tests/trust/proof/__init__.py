"""The second oracle of the trust analysis: it samples nothing, it proves.

A policy, the scope and the engine's answer become constraints for an SMT solver, which is asked
for ONE request of an outsider that AWS could really send, that the policy lets in, and that no
reported grant covers. Unsatisfiable is a proof that nobody was missed; a model is a
counterexample, which is replayed in a plain evaluator before it is believed; anything else is
counted as unknown, never as a proof.

To read in order: `read` (a document → statements), `world` (which requests AWS sends),
`evaluate` (does a policy allow one request), `covers` (does a grant cover it), `terms`, `callers`,
`encode` (the same in Z3's terms), `prove` (asks), `generate` (random policies). Written apart from
the engine: of `checker.trust` only the model and the list of key names are used.

The semantics are AWS's, on the side that misses nobody where AWS's documents leave a choice: an
Allow is read as wide as it may be, a Deny only where it surely denies.
After "Semantic-based Automated Reasoning for AWS Access Policies using SMT" (FMCAD 2018).
"""
