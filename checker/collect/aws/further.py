"""What is looked for beyond roles and images, as a request has it: resources and code."""

from __future__ import annotations

from checker.collect.aws.calls import Call
from checker.collect.aws.code.registry import code_calls
from checker.collect.aws.resources.registry import calls_of
from checker.collect.aws.survey import Request


def further_calls(request: Request) -> list[Call]:
    """Each request once."""
    code = code_calls() if request.code else []
    found = {(c.name, repr(c.request)): c for c in [*code, *calls_of(request.kinds or ())]}
    return [found[key] for key in sorted(found)]
