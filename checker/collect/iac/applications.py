"""Serverless applications, whose template their publisher ships, and which is not read."""

from __future__ import annotations

from checker.aws_accounts import aws_accounts


def unread(called: str, own: str) -> str:
    """What is said of one. `own`: the account that it would be deployed in."""
    parts = called.split(":")
    account = parts[4] if len(parts) > 4 else ""
    purpose = aws_accounts().get(account)
    if account == own:
        who = "of the own account"
    elif purpose:
        who = f"of {account}, AWS's own ({purpose}),"
    elif account.isdigit():
        who = f"of {account}, a third party,"
    else:
        who = "of a publisher who is not known"
    return f"the application {called} {who} brings a template that could not be read"
