"""What can a value be? Condition keys and who decides their values (`keys`), the texts that fit
patterns (`globs`, `digits`; many at once: `automata`), the forms of ARNs and ids (`forms`).
It knows no policy and no caller."""
