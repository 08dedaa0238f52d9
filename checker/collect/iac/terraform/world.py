"""What all modules of one root share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from checker.collect.iac.budget import Budget
from checker.collect.iac.target import Target
from checker.collect.iac.terraform.choices import Choices
from checker.collect.iac.terraform.files import Files
from checker.collect.iac.terraform.planned import Json
from checker.collect.iac.terraform.syntax import Block


@dataclass
class World:
    """`known`: an attribute that a plan knows, by the address of an instance; `files`: what a
    module's source holds, None where it is not here."""

    target: Target
    budget: Budget
    files: Callable[[Files, str, Block, str], Files | None]
    known: Callable[[str, str], Any]
    given: Json = field(default_factory=dict)
    choices: Choices = field(default_factory=Choices)
    spelled: dict[str, str] = field(default_factory=dict)
    """What will stand for a mark of what is made here, as far as that is known."""
    referred: dict[tuple[str, str, str, str], dict[Any, None]] = field(default_factory=dict)
    """Instances that something refers to, of resources of which nobody knows how many there are:
    module, mode, type and name → indices."""
