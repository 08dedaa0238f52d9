"""An exception of the allowlist."""
