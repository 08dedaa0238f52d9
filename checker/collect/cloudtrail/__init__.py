"""CloudTrail → how roles were used: from logs on this machine or in S3, or by Amazon Athena.
It counts and never judges; no access key leaves the reader, and what could not be read is a gap."""
