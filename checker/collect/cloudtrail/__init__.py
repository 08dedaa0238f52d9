"""CloudTrail → how roles were used: on this machine or on Amazon Athena."""
