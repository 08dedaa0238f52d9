"""A hook of mkdocs: pages that the repository keeps outside of docs/, and the links between them.

A link to a file of the repository that is no page leads to the repository; one to nothing is left
as it is, and `mkdocs build --strict` refuses it.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files
from pymdownx.slugs import slugify

ROOT = Path(__file__).resolve().parent.parent
WHOLE = {
    "ARCHITECTURE.md": "architecture.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
}
OF_README = {"Recipes": "recipes.md", "The calls it makes": "calls.md"}
"""The parts of the README that are pages of their own; all else of it is the first page."""
STYLE = (
    "@media (min-width: 76em) { .md-grid { max-width: 84rem } }\n"  # tables and commands are wide
)
_LINK = re.compile(r"\]\((?!\w+:)([^)#\s]*)(#[^)\s]*)?\)")
_slug = slugify(case="lower")


def on_files(files: Files, config: Any) -> Files:
    for page, text in {**_whole(), **_readme(), "wide.css": STYLE}.items():
        files.append(File.generated(config, page, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:
    """Links as the site needs them, of a page that was written for the repository."""
    here = page.file.src_uri
    if here == "policies/README.md":  # a table of twelve columns
        page.meta["hide"] = ["toc"]
    folder = posixpath.dirname(f"docs/{here}") if page.file.generated_by is None else ""

    def link(found: re.Match[str]) -> str:
        path, anchor = found[1], found[2] or ""
        target = posixpath.normpath(posixpath.join(folder, path)) if path else ""
        return f"]({_leads(here, target, anchor, found[0][2:-1], config.repo_url)})"

    return _LINK.sub(link, markdown)


def _leads(here: str, target: str, anchor: str, given: str, repository: str) -> str:
    page = _page(target, anchor, here)
    if page:
        return posixpath.relpath(page, posixpath.dirname(here) or ".") + anchor
    if target and (ROOT / target).exists():
        return f"{repository}/blob/HEAD/{target}{anchor}"
    return given


def _page(target: str, anchor: str, here: str) -> str | None:
    """The page of a file, None where it is none. A bare anchor is of the same file."""
    if target == "README.md" or (not target and here in {"index.md", *OF_README.values()}):
        return next(
            (p for p, text in _readme().items() if anchor[1:] in _anchors(text)), "index.md"
        )
    inside = target.removeprefix("docs/")
    if inside != target and (ROOT / target).is_file():
        return inside
    return WHOLE.get(target)


def _whole() -> dict[str, str]:
    return {page: (ROOT / file).read_text("utf-8") for file, page in WHOLE.items()}


def _readme() -> dict[str, str]:
    """The README, cut at its second headings; those of a page of its own become first ones."""
    pages = {"index.md": ""}
    for part in re.split(r"^(?=## )", (ROOT / "README.md").read_text("utf-8"), flags=re.MULTILINE):
        title = part.partition("\n")[0].removeprefix("## ")
        page = OF_README.get(title, "index.md")
        raised = part if page == "index.md" else re.sub(r"^##", "#", part, flags=re.MULTILINE)
        pages[page] = pages.get(page, "") + raised
    return pages


def _anchors(text: str) -> set[str]:
    return {_slug(title, "-") for title in re.findall(r"^#+ (.*)$", text, flags=re.MULTILINE)}
