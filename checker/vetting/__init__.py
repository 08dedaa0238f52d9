"""allowlist.yaml → who is own, vetted, expired or unlisted, for what, until when; the catalogue.
Public names are hints: they vet nobody."""
