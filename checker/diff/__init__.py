"""What changed between two snapshots, and what only looks so, as one of them did not look there.
It judges nothing: no policy and no allowlist decides what is a change."""
