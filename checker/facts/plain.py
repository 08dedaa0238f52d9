"""What facts are where they are made and read: plain dictionaries of a published shape."""

from __future__ import annotations

from typing import Any

Facts = dict[str, Any]
