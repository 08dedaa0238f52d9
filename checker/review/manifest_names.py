"""How files name the gate."""

from __future__ import annotations

import re

NAME = re.compile(r"vendorgate|-m\s+checker\b", re.IGNORECASE)
"""By which a file may name the gate."""
OURS = re.compile(r"(?<![\w-])vendorgate(?![-_]?[a-z])|-m\s+checker\b", re.IGNORECASE)
"""No other program that is called like it."""
OWN_TABLE = "tool.vendorgate"
