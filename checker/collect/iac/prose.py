"""What of a text of code is written for people alone, and never deployed: comments, and what
describes the values that a deployment is given and answers."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml

from checker.collect.iac.comments import ending_of, uncommented
from checker.collect.iac.mentions import IS_SIZE
from checker.collect.iac.terraform.syntax import Block, parse_text, plain
from checker.errors import InputError

Form = Literal["hcl", "json", "yaml"]
"""Of Terraform, the same as JSON, and of templates."""
Span = tuple[int, int]
Key = tuple[str, ...]
_Scalar = tuple[Key, Span, bool]
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BLOCKS = ("|", ">")
_CLOUD_CONFIG = "#cloud-config"
_SIGN = re.compile(r"(?:^|(?<=[ \t]))#.*", re.MULTILINE)
_SHOWN = re.compile(r"[^\n]")
_ODD_ENDS = ("\r", "\x85", "\u2028", "\u2029")
"""Of lines, to YAML: where a comment ends, readers differ."""
_DESCRIBED_IN_JSON = {
    ("variable", "description"), ("output", "description"),
    ("variable", "validation", "error_message"), ("output", "precondition", "error_message"),
}  # fmt: skip
_DESCRIPTIONS = {
    ("Parameters", "Description"), ("Parameters", "ConstraintDescription"),
    ("Outputs", "Description"),
}  # fmt: skip
_COMMENT = "//"
"""https://developer.hashicorp.com/terraform/language/syntax/json#comment-properties"""
_LABELS = {"resource": 2, "data": 2, "variable": 1, "output": 1, "module": 1, "provider": 1}


def deployed(text: str, form: Form | None, path: Path, parsed: Block | None = None) -> str:
    """The text without it, all else in its line: of one that cannot be read, or whose form nobody
    knows, all. `parsed`: what a file of HCL was parsed to, if it was."""
    mixed = form is None and text.count("\r\n") not in (0, text.count("\n"))
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if mixed or any(end in text for end in _ODD_ENDS):
        return text
    try:
        if form == "hcl":
            return _without(plain(text), _hcl(parsed or parse_text(text, path)))
        return _yaml(text, form) if form else _by_its_name(text, path)
    except (InputError, yaml.YAMLError):
        return text


def _by_its_name(text: str, path: Path) -> str:
    """One that something else brings along."""
    if ending_of(path) in (".yaml", ".yml") or text.startswith(_CLOUD_CONFIG):
        return _yaml(text, "yaml")
    return uncommented(text, path)


def _without(text: str, spans: Iterable[Span]) -> str:
    kept, at = list[str](), 0
    for start, end in sorted(spans):
        kept += text[at:start], _SHOWN.sub(" ", text[max(at, start) : end])
        at = max(at, end)
    return "".join((*kept, text[at:]))


def _hcl(whole: Block) -> Iterator[Span]:
    yield from whole.comments
    for block in whole.blocks:
        if block.type in ("variable", "output"):
            yield from _said(block, "description")
            yield from _said(block, "default") if _is_size(block) else ()
            yield from (span for one in block.blocks for span in _said(one, "error_message"))


def _is_size(block: Block) -> bool:
    """Whether the default of a variable is a number, and a quantity by its name."""
    default = block.attributes.get("default")
    named = any(map(IS_SIZE.search, block.labels))
    return named and default is not None and default.written().isdigit()


def _said(block: Block, name: str) -> Iterator[Span]:
    if name in block.attributes:
        meta = block.attributes[name].node.meta
        yield meta.start_pos, meta.end_pos


def _yaml(text: str, form: Form) -> str:
    """A number sign within a scalar is a part of it; JSON has no comments, but may have tabs."""
    is_json = text.lstrip().startswith(("{", "["))
    scalars = [*_scalars(text.replace("\t", " ") if is_json else text)]
    is_prose = _of_json if form == "json" else _of_template(scalars, text)
    spans = [span for key, span, named in scalars if key and not named and is_prose(key)]
    if not is_json:
        spans += _comments(text, [span for _, span, _ in scalars])
    return _without(text, spans)


def _of_json(key: Key) -> bool:
    """`//` is no comment within an attribute."""
    labels = _LABELS.get(key[0], 0)
    if key[-1] == _COMMENT:
        return len(key) <= labels + 2
    return key[:1] + key[2:] in _DESCRIBED_IN_JSON


def _of_template(scalars: Iterable[_Scalar], text: str) -> Callable[[Key], bool]:
    """What is no template is a part of one, in which nothing is known to be described."""
    if not any(key[:1] == ("Resources",) for key, _, _ in scalars):
        return lambda _: False
    kinds = {key[1]: text[start:end].strip("\"'")
             for key, (start, end), _ in scalars if key[::2] == ("Parameters", "Type")}  # fmt: skip
    numbers = {name for name, kind in kinds.items() if kind == "Number"}
    return lambda key: key == ("Description",) or (len(key) == 3 and _describes(key, numbers))


def _describes(key: Key, numbers: Container[str]) -> bool:
    """Beside what is said of a parameter or output, a default of a quantity names nobody."""
    is_size = key[::2] == ("Parameters", "Default") and IS_SIZE.search(key[1]) is not None
    return (is_size and key[1] in numbers) or key[::2] in _DESCRIPTIONS


def _comments(text: str, scalars: list[Span]) -> Iterator[Span]:
    starts = [start for start, _ in scalars]
    for sign in _SIGN.finditer(text):
        at = bisect(starts, sign.start()) - 1
        if at < 0 or sign.start() >= scalars[at][1]:
            yield sign.span()


def _scalars(text: str) -> Iterator[_Scalar]:
    """Each with the keys around it, where it stands, and whether it has a name by which it may
    stand elsewhere, too; a key has none around it."""
    open_ones: list[_Open] = []
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.CollectionEndEvent):
            open_ones.pop()
        elif isinstance(event, yaml.NodeEvent):
            is_key = bool(open_ones) and open_ones[-1].next(event)
            if isinstance(event, yaml.CollectionStartEvent):
                open_ones.append(_Open(isinstance(event, yaml.MappingStartEvent)))
            elif isinstance(event, yaml.ScalarEvent):
                around = () if is_key else tuple(one.key for one in open_ones if one.key)
                yield around, _span(text, event), event.anchor is not None


@dataclass
class _Open:
    """A mapping or list that goes on."""

    is_mapping: bool
    expects_key: bool = True
    key: str = ""

    def next(self, event: yaml.NodeEvent) -> bool:
        """Whether what comes is a key of it."""
        is_key = self.is_mapping and self.expects_key
        self.expects_key = not self.expects_key
        if is_key:
            self.key = getattr(event, "value", "")
        return is_key


def _span(text: str, event: yaml.ScalarEvent) -> Span:
    """A comment may stand behind the sign of a block."""
    start, end = (mark.index if mark else 0 for mark in (event.start_mark, event.end_mark))
    return (max(start, text.find("\n", start, end)) if event.style in _BLOCKS else start), end
