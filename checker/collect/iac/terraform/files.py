"""What the files of one folder declare."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from checker.collect.iac.terraform.file_reads import FileReads
from checker.collect.iac.terraform.syntax import Block, Expression

ResourceKey = tuple[str, str, str]
"""Mode, type and name of a resource."""


@dataclass
class Files:
    """By name. `wholes`: each file as it was parsed; `reads`: the files that expressions read;
    `places`: where each local stands."""

    folder: Path
    variables: dict[str, Block] = field(default_factory=dict)
    locals: dict[str, Expression] = field(default_factory=dict)
    outputs: dict[str, Block] = field(default_factory=dict)
    calls: dict[str, Block] = field(default_factory=dict)
    resources: dict[ResourceKey, Block] = field(default_factory=dict)
    providers: list[Block] = field(default_factory=list)
    places: dict[str, tuple[Path, int]] = field(default_factory=dict)
    wholes: dict[Path, Block] = field(default_factory=dict)
    reads: FileReads = field(init=False)

    def __post_init__(self) -> None:
        self.reads = FileReads(self.folder)

    def add(self, block: Block) -> str | None:
        """Answers what of it was declared before, by another block, which counts."""
        labels = block.labels
        if block.type == "locals":
            before = self.locals.keys() & block.attributes.keys()
            self.locals = block.attributes | self.locals
            here = (block.path, block.line)
            self.places = dict.fromkeys(block.attributes, here) | self.places
            return f"local.{min(before)}" if before else None
        if block.type in ("resource", "data") and len(labels) == 2:
            mode = "data" if block.type == "data" else "managed"
            first = self.resources.setdefault((mode, *labels), block)
            return None if first is block else ".".join(labels)
        if block.type == "provider":
            if any(provider_name(one) == provider_name(block) for one in self.providers):
                return f"provider.{provider_name(block)}"
            self.providers.append(block)
        elif len(labels) == 1:
            kinds = {"variable": self.variables, "output": self.outputs, "module": self.calls}
            first = kinds.get(block.type, {}).setdefault(labels[0], block)
            return None if first is block else f"{block.type}.{labels[0]}"
        return None


def provider_name(block: Block) -> str:
    """As resources refer to it: `aws`, `aws.other`."""
    alias = block.attributes.get("alias")
    return ".".join((*block.labels[:1], *([alias.written().strip('"')] if alias else [])))
