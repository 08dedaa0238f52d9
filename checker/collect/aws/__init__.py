"""AWS asked by its API: a source is one declarative module and a line in `sources`.
It reads and never writes, and tells whatever it was refused."""
