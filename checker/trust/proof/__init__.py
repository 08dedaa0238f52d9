"""Does nobody else get in? What cannot be seen (`glance`) is asked of all outsiders at once
(`prover`, `rows`; `bindings`, `places`), but for whom `coverage` has; each Allow ends with grants
(`found`, `written`), an absence, or doubt (`completion`). It never takes doubt for an absence."""
