"""Snapshots in S3: where shards, the gate and auditors meet.
Nothing is overwritten by halves, and nobody behind the command line knows of S3."""
