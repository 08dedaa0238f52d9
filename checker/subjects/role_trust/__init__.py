"""A third party that a role trusts."""
