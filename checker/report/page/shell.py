"""The document around a page: self-contained, and closed by a policy of its own (CSP).

The policy lets nothing in but the style and the script that stand in it, by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from importlib import resources
from string import Template

from checker.report.page.markup import Html, text

_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; style-src '{style}'; "
_SCRIPT = "script-src '{script}'; "
_TYPES = "require-trusted-types-for 'script'"


@dataclass(frozen=True)
class Page:
    """`styles` and `script` name assets; a page that needs no script admits none."""

    title: str
    kind: str
    heading: str
    contents: Html
    header: Html
    main: Html
    footer: Html
    styles: tuple[str, ...] = ("page.css",)
    script: str | None = None


def document(page: Page) -> str:
    style = "".join(map(_asset, page.styles))
    script = _asset(page.script) if page.script else ""
    return Template(_asset("page.html")).substitute(
        policy=text(_policy(style, script)),
        title=text(page.title),
        kind=text(page.kind),
        heading=text(page.heading),
        style=style,
        script=f"<script>{script}</script>\n" if script else "",
        contents=page.contents,
        header=page.header,
        main=page.main,
        footer=page.footer,
    )


def _policy(style: str, script: str) -> str:
    admitted = _SCRIPT.format(script=_digest(script)) if script else ""
    return _POLICY.format(style=_digest(style)) + admitted + _TYPES


def _asset(name: str) -> str:
    return resources.files("checker.report").joinpath("assets", name).read_text("utf-8")


def _digest(asset: str) -> str:
    """A source of the policy: the browser hashes what stands between the tags."""
    return "sha256-" + base64.b64encode(hashlib.sha256(asset.encode()).digest()).decode()
