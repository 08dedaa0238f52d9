"""The outside world → a snapshot: AWS by its API, templates and plans, CloudTrail, S3.
The only one to import boto3 and duckdb. It judges nothing; what it could not look at is a gap."""
