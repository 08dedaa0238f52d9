"""How a principal may be written, of any account: what is one, what is nearly one, what is none."""

SPARE = "426185297043"
"""An account that stands for those that no policy names."""
FORMS = [
    "arn:aws:iam::{}:root", "arn:aws:iam::{}:role/a", "arn:aws:iam::{}:user/b/c", "{}",
    "arn:aws:sts::{}:assumed-role/a/b",
    # names that the analysis gives to those whom nobody names, or spells them with
    "arn:aws:iam::{}:role/w", "arn:aws:iam::{}:user/p/ww", "arn:aws:iam::{}:role/zoo",
    # what is none: no name, no session, a region, another service, glued to something
    "arn:aws:iam::{}:role/", "arn:aws:iam::{}:role", "arn:aws:iam::{}:user", "arn:aws:iam::{}",
    "arn:aws:iam:us-east-1:{}:root", "arn:aws:iam:eu-west-1:{}:role/a", "arn:aws:iam::{}:roles/a",
    "arn:aws:sts::{}:assumed-role/x", "arn:aws:sts::{}:assumed-role/x/", "arn:aws:sts::{}:role/a",
    "arn:aws:iam::{}:assumed-role/a/b", "arn:aws::us-east-1:{}:a", "arn:aws:sqs:eu-west-1:{}:a",
    "{}:role/a", "xarn:aws:iam::{}:role/a", "arn:aws:iam::{}:role/a b", "arn:aws:iam::{}:role//",
]  # fmt: skip
