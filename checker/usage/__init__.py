"""How roles were used: the questions to CloudTrail, and what the answers mean. Pure, no I/O."""
