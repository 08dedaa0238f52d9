"""Does one of the few get in? For each Allow and caller (`decide`), a request that no Deny stops
(`search`, `values`, `denies`), as it is shown (`witness`), how narrow it is (`hits`, `measure`),
merged with its like (`grants`). That it found nobody proves nothing: that is the proof's."""
