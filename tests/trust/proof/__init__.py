"""The second oracle of the trust analysis: it samples nothing, it proves.

A policy, the scope and the engine's answer become constraints for an SMT solver, which is asked
for ONE request of an outsider that AWS could really send, that the policy lets in, and that no
reported grant covers. Unsatisfiable is a proof that nobody was missed; a model is a
counterexample, which is replayed in a plain evaluator before it is believed; anything else is
counted as unknown, never as a proof. Further questions: is each grant's witness let in, realistic,
and one of its own; does a grant whose witness is wrong cover anybody at all; does an Allow that is
said to be `inert` or `denied` let in nobody; is an external id asked for as the grant says.

To read in order: `read` (a document → statements), `world` (which requests AWS sends),
`values`, `evaluate` (does a policy allow one request), `covers` (does a grant cover it),
`realistic` (could AWS send it); then the same in Z3's terms: `rex`, `symbols`, `callers`, `spread`,
`match`, `encode`; `theory` and `solve` (how it is decided), `worlds` and `prove` (what is asked);
`pools` and `generate` (random policies), `hunt` (counterexamples made small). Written apart from
the engine: of `checker.trust` only the model and the list of key names are used.

The semantics are AWS's, on the side that misses nobody where AWS's documents leave a choice: an
Allow is read as wide as it may be, a Deny only where it surely denies. So a grant may stay that is
too wide where a problem says `ambiguous`; `too-complex` and problems that block excuse it too.

Not covered: documents that are malformed (see `read`); variables under operators without case, and
variables in an ARN pattern on other keys than aws:PrincipalArn and aws:SourceArn; text operators
on addresses, dates and numbers; values that are not ASCII; whether passing session tags is allowed
(sts:TagSession); ties that no document states (aws:TagKeys and aws:RequestTag/..., the network
keys among themselves, aws:CalledVia and its first and last); `network_limited`.

After "Semantic-based Automated Reasoning for AWS Access Policies using SMT" (FMCAD 2018).
"""

import z3

z3.z3.Z3_DEBUG = False
"""Each call is otherwise asked twice whether it fits; what does not fit raises all the same."""
