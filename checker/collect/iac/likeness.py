"""Which files that nobody named are templates: told by what stands in them, not by their names.

Under a usual ending whatever speaks of resources of AWS is worth reading. Under any other ending a
file must begin as a template does and have Resources, since READMEs and programs quote templates.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from checker.errors import InputError

ENDINGS = (".yaml", ".yml", ".json", ".template", ".cfn", ".cform")
"""Whose files are counted where they turn out to be something else."""
HEAD = 16 << 10  # bytes in which a template has begun
_DOCUMENTS = (".md", ".markdown", ".rst", ".adoc", ".html", ".htm", ".ipynb")
_ENGINES = (
    ".j2", ".jinja", ".jinja2", ".erb", ".ejs", ".hbs", ".liquid", ".mako", ".mustache", ".njk",
    ".gotmpl", ".tmpl", ".tpl",
)  # fmt: skip
_PLACEHOLDER = re.compile(r"\{\{(?!resolve:)|\{%|<%|<\?")
_SECTIONS = (
    "AWSTemplateFormatVersion|Conditions|Description|Globals|Hooks|Mappings|Metadata|Outputs"
    "|Parameters|Resources|Rules|Transform"
)
_BEGINS = re.compile(
    r"(?>\s+|#[^\n]*\n|---[^\n]*\n|%[^\n]*\n|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<%.*?%>)*+"
    rf"(?:\{{\s*)?[\"']?(?:{_SECTIONS})[\"']?\s*:",
    re.DOTALL,
)
"""Without a way back: a hostile file would have it tried for ever."""
_RESOURCES = re.compile(r"^[\"']?Resources[\"']?\s*:|\"Resources\"\s*:\s*\{", re.MULTILINE)
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def as_utf8(data: bytes, path: str) -> bytes:
    """UTF-16 and UTF-32, which YAML and JSON allow, as UTF-8. Raises InputError."""
    name = _encoding(data)
    if name == "utf-8-sig":
        return data
    try:
        return data.decode(name).encode()
    except UnicodeDecodeError:
        raise InputError(f"not {name.upper()} text", path=path, line=1) from None


def _encoding(data: bytes) -> str:
    """https://yaml.org/spec/1.2.2/#52-character-encodings: by a mark of order, else by the zeros
    around the first character."""
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    big, little = data[:1] == b"\0" != data[1:2], data[:1] != b"\0" == data[1:2]
    return marked or ("utf-16-be" if big else "utf-16-le" if little else "utf-8-sig")


def is_usual(path: Path) -> bool:
    """Whether templates usually have such a name."""
    return path.name.lower().endswith(ENDINGS)


def may_begin_one(path: Path, head: bytes) -> bool:
    """Whether a file of another ending is worth reading on, by its first bytes."""
    text = _text(head)
    return not path.name.lower().endswith(_DOCUMENTS) and _BEGINS.match(text) is not None


def looks_like_one(path: Path, data: bytes) -> bool:
    """Whether a file that nobody named is worth parsing."""
    text = _text(data)
    if is_usual(path) and "AWSTemplateFormatVersion" in text:
        return True
    told = "Resources" in text and "AWS::" in text
    return told and (is_usual(path) or is_plainly_one(text))


def is_plainly_one(text: str) -> bool:
    """By where the words stand, and not only by that they do."""
    return bool(_BEGINS.match(text) and _RESOURCES.search(text))


def unrendered(path: Path, data: bytes) -> bool:
    """Whether it is what another program makes a template of: its placeholders are no values."""
    return path.name.lower().endswith(_ENGINES) and has_placeholders(data)


def has_placeholders(data: bytes) -> bool:
    """Whether another program may have something to fill in."""
    return bool(_PLACEHOLDER.search(_text(data)))


def _text(data: bytes) -> str:
    return data.decode(_encoding(data), "replace").removeprefix("\ufeff")
