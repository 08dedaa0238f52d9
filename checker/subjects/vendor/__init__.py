"""A vendor's entry in the allowlist."""
