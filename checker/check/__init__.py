"""The gate: a snapshot, an allowlist and policies make a report. Pure: no clock, no network.
It loops over subjects/, and alone feeds the ledger; questions about a report are not its matter."""
