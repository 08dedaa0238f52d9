"""The oracle that proves, for resources: no request of an outsider is let in that no grant tells.

What a policy says of principals and conditions is put to the solver as for roles
(`tests.trust.proof`); what it says of actions and resources is decided here, apart from the engine:
`kinds` lists actions that work from outside and the ARNs they are asked on, as a language; `cells`
asks Z3 for every combination of statements that some ARN of it meets; `callers` adds those whom no
role meets (nobody's signature, a root user); `prove` asks of each action, each combination and each
caller for ONE request that is let in and uncovered.

Unsatisfiable is a proof for that action on every ARN of its language. A model is replayed in the
plain evaluator before it is believed; what Z3 gives up on is counted, never called a proof.

Not covered, beside what `tests.trust.proof` leaves out: `federated` principals, variables in
resources, ARNs that no six parts make, settings that shut a door.
"""
