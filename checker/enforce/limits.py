"""How large AWS lets documents be, and how large ours are.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ImageCriterionRequest.html
"""

from __future__ import annotations

import json
from typing import Any

RCP_CHARACTERS = 5_120
RCPS_A_TARGET = 5
"""AWS's own RCPFullAWSAccess counts, and cannot be detached."""
EC2_CHARACTERS = 10_000
CRITERIA = 10
PROVIDERS, NAMES, PRODUCTS = 200, 50, 50
"""In one criterion."""

Document = dict[str, Any]
_ESCAPED = str.maketrans({c: f"\\u{ord(c):04x}" for c in "<>&"})


def compact(document: Any) -> str:
    """JSON without a blank, as all characters count. `<`, `>` and `&` are written as Terraform's
    jsonencode writes them, so that the text is as long whoever writes it."""
    return json.dumps(document, separators=(",", ":")).translate(_ESCAPED)


def size(document: Document) -> int:
    """Characters, as AWS counts them: with the end of the line, which `file://` sends along."""
    return len(compact(document)) + 1
