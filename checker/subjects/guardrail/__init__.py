"""A guardrail of AWS's own that was made from the allowlist."""
