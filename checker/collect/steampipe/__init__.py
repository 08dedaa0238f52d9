"""Steampipe's tables of AWS, as answers for `recorded`.
A column that is missing is a gap, never an empty answer."""
