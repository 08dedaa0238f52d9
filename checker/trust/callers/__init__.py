"""Who could call? What the policy names (`vocabulary`); the few callers that stand for all
(`callers`: `identities`, `memberships`, `services`, `federation`); and all of a kind at once
(`outsiders`: `outsider`, `aws_outsiders`, `networks`). It doesn't say whether they get in."""
