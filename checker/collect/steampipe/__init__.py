"""Steampipe's tables of AWS, as answers."""
