"""Snapshots in S3: where shards, the gate and auditors meet."""
