"""Tasks of a manifest by which the gate runs: those that run it, those that call one of these, and
what runs before and after. Where any of that changes, the gate may run no more.

https://docs.npmjs.com/cli/v11/using-npm/scripts#pre--post-scripts,
https://pdm-project.org/en/latest/usage/scripts/, https://poethepoet.natn.io/tasks/,
https://mise.jdx.dev/tasks/task-configuration.html
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from fnmatch import fnmatchcase

from checker.review.manifest_names import OURS

_TASK = re.compile(
    r"(?:scripts\.(?P<script>[^\[ ]+)|(?:wireit|nx\.targets|tool\.poe\.(?:groups\.[^.]+\.)?tasks"
    r"|tool\.(?:pdm|rye)\.scripts|tool\.taskipy\.tasks|tool\.pyprojectx\.aliases"
    r"|tool\.hatch\.(?:envs\.[^.]+\.)?scripts"
    r"|(?:tool\.pixi\.)?(?:feature\.[^.]+\.)?(?:target\.[^.]+\.)?tasks)\.(?P<task>[^.\[ ]+))"
)
_GROUP = re.compile(
    r"(?:dependency-groups|(?:project\.optional|tool\.pdm\.dev)-dependencies)\.([^\[ ]+)\[\]"
    r"(?:\.include-group = (?P<one>.+)| = [\w.-]+\[(?P<several>[^]]+)\].*)?"
)
"""A group of requirements, and which others it has."""
_RUNNER = re.compile(
    r"(?:^|[\s;&|(/\"'`])(?:npm(?:\.cmd|@\S+)?|pnpm|yarn(?:pkg)?|bun|deno|node|corepack|npm-run-all2?"
    r"|run-[sp]|concurrently|wireit|nx|turbo|lerna|wsrun|ultra|vlt|nps|moon|poe|pdm|hatch|pixi|mise"
    r"|rye|task|just|nr)(?=\s(?!\s*(?:add|audit|dlx|exec|install|publish|x)\b))"
)
"""Programs that run tasks by their names."""
_WORDS = re.compile(r"[\s\"',;&|()\[\]{}]+")
_PROJECT = re.compile(r"^(?:[\w./-]+[:#]|@)")
"""Whose task it is: `web:gate`, `web#gate`, `npm:gate`."""
_AROUND = ("pre", "post", "pre_", "post_")
_ALIAS = re.compile(r"\.alias(?:es)?(?:\[\])? = ")


def tasks_of_the_gate(lines: Iterable[str]) -> frozenset[str]:
    """The names of those that run it, or that call one that does."""
    several = defaultdict[str, list[str]](list)
    for line in lines:
        if name := _name(line):
            several[name].append(line)
    ours = {name for name, told in several.items() if any(map(OURS.search, told))}
    more = ours
    while more := {one for one in several.keys() - ours if _call(several[one], more, several)}:
        ours |= more
    return frozenset(ours)


def beside_the_gate(lines: Iterable[str], tasks: frozenset[str]) -> Iterator[str]:
    """What belongs to these tasks, in its order, but for lines that name the gate itself; a task
    that is called like one of them, too."""
    theirs = tasks | {f"{when}{name}" for name in tasks for when in _AROUND}
    for line in lines:
        if OURS.search(line):
            continue
        if _name(line) in theirs or (_ALIAS.search(line) and _calls(line, tasks)):
            yield line


def includes_of_the_gate(lines: Iterable[str]) -> list[str]:
    """Of groups of requirements, where these have a group in which the gate is."""
    several = [*lines]
    found = [(line, group) for line in several if (group := _GROUP.match(line))]
    ours = {group[1] for line, group in found if OURS.search(line)}
    while more := {group[1] for _, group in found if _has(group, ours)} - ours:
        ours |= more
    return [line for line, group in found if _has(group, ours)]


def _has(group: re.Match[str], ours: Collection[str]) -> bool:
    told = group["one"] or group["several"] or ""
    return any(one.strip() in ours for one in told.split(","))


def _name(line: str) -> str | None:
    found = _TASK.match(line)
    return found and (found["script"] or found["task"])


def _call(lines: Iterable[str], tasks: Iterable[str], known: Collection[str]) -> bool:
    return any(_calls(line, tasks, known) for line in lines)


def _calls(line: str, tasks: Iterable[str], known: Collection[str] = ()) -> bool:
    """Whether it names one of these as what it runs: by a program that runs tasks, or alone.
    `known`: all tasks that there are, which are no others of another project."""
    text = line.partition(" = ")[2]
    words = [one for one in _WORDS.split(text) if one.strip("*")]
    several = words if _RUNNER.search(text) else words[:1]
    called = {*several, *(_PROJECT.sub("", one) for one in several if one not in known)}
    patterns = [word for word in called if "*" in word or "?" in word]
    return not called.isdisjoint(tasks) or any(
        fnmatchcase(name, word) for word in patterns for name in tasks
    )
