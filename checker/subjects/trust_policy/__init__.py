"""A trust policy that something was wrong with."""
