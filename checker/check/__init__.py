"""The gate: a snapshot, an allowlist and policies make a report. Pure: no clock, no network."""
