"""The command line: finds the command, runs it, turns what goes wrong into one line."""

from __future__ import annotations

import contextlib
import errno
import gc
import importlib
import os
import sys
from typing import Any

import click

from checker import __version__
from checker.cli.streams import ReaderGoneError, drop, open_closed, tell, told_if_gone
from checker.errors import BadInputsError, InputError

PASS, FINDINGS, BAD_INPUT, INCOMPLETE = 0, 1, 2, 3
"""Exit codes, whatever the format."""

COMMANDS = {
    "analyze": "Whom does a trust policy let in? Each with a witness.",
    "check": "The gate: a snapshot against the allowlist and the policies.",
    "collect": "Snapshots what an organization trusts and runs.",
    "demo": "An embedded AWS, collected, checked and listed.",
    "diff": "What changed between two snapshots.",
    "enforce": "Writes AWS's own guardrails from the allowlist, and proves what each would do.",
    "evidence": "Bundles for auditors, that prove themselves.",
    "explain": "A policy, a third party or a finding, in full.",
    "init": "Writes allowlist, an example policy, a workflow; proposes from a snapshot.",
    "inventory": "Who is trusted: each third party once.",
    "merge": "Makes one snapshot of several: shards, organizations, other days.",
    "policy": "Runs the tests inside policies; tries one on a snapshot.",
    "render": "A stored JSON report in another format.",
    "review": "What a change of the allowlist would let in, for a pull request.",
    "schema": "JSON Schema of the files, for editors.",
    "usage": "The audit questions over CloudTrail: calls, callers, assume-role.",
    "vendors": "Who has published an account id; syncs community lists.",
    "validate": "Checks allowlist, policies and settings, without a snapshot.",
    "waive": "Writes an exception for a finding into the allowlist.",
}
"""Every command, with its line in --help; each is `command` in the module of its name."""


# pydantic would look through every installed distribution for plugins, which costs a tenth of the
# start-up and would run code that nobody chose (https://docs.pydantic.dev/latest/concepts/plugins/)
os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"

_YOUNG = 50_000
"""Python looks for cycles after each 700 objects that stay, a tenth of what a short command takes,
though what is imported and read holds none."""


class _Lazy(click.Group):
    """Imports a command when it is called, so that --help and --version answer at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's interface
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"checker.cli.{name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            close = difflib.get_close_matches(args[0], COMMANDS, 1)
            hint = f" (did you mean {close[0]}?)" if close else ""
            ctx.fail(f"no command is called {args[0]!r}{hint}")
        return super().resolve_command(ctx, args)

    def make_context(self, *args: Any, **more: Any) -> click.Context:
        with told_if_gone():
            return super().make_context(*args, **more)

    def invoke(self, ctx: click.Context) -> Any:
        with told_if_gone():
            return super().invoke(ctx)


@click.group(
    cls=_Lazy,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 passes, 1 findings, 2 bad usage or input, 3 incomplete.",
)
@click.version_option(__version__, "-V", "--version", prog_name="vendorgate")
def main() -> None:
    """Which outside AWS accounts do we trust, and did anyone vet them?"""


def run() -> None:
    """The entry point of the `vendorgate` command."""
    open_closed()
    gc.set_threshold(_YOUNG)
    try:
        code = _run()
    except OSError as error:  # help that could not be written
        code = _ended(error)
    gc.freeze()  # whatever is left goes with the process: no last walk over it
    sys.exit(code)


def _run() -> int:
    try:
        code = main(prog_name="vendorgate", standalone_mode=False)
        sys.stdout.flush()  # here, and not at the interpreter's end, where nobody hears of it
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return BAD_INPUT
    except click.UsageError as error:
        asked = error.ctx.command_path if error.ctx else "vendorgate"
        return _say(f"{error.format_message().rstrip('.')}; see {asked} --help")
    except click.ClickException as error:
        return _say(error.format_message())
    except (BrokenPipeError, ReaderGoneError):
        return _quietly()
    except (click.Abort, KeyboardInterrupt):
        tell("stopped")
        return 130
    except Exception as error:  # noqa: BLE001  no traceback reaches a user
        return _ended(error)
    return code if isinstance(code, int) else PASS


def _ended(error: Exception) -> int:
    """By what a person can mend, for want of memory, or by a defect of ours."""
    if isinstance(error, BadInputsError):
        return [_say(str(each)) for each in error.errors][-1]
    if isinstance(error, InputError):
        more = len(error.others)
        return _say(f"{error} (and {more} more: vendorgate validate)" if more else str(error))
    if _is_memory(error):
        with contextlib.suppress(OSError):
            os.write(2, _NO_MEMORY)  # at once: whatever else takes memory
        drop(sys.stderr)  # an interpreter without memory says more as it ends
        return BAD_INPUT
    if isinstance(error, BrokenPipeError):
        return _quietly()
    if isinstance(error, OSError):
        drop(sys.stdout)
        named = f"{error.filename}: " if error.filename else ""
        return _say(f"{named}{error.strerror or error}")
    return _defect(error)


_NO_MEMORY = b"error: out of memory; free some, or give more of it, and run it again\n"


_SHORT = ("can't start new thread", "out of memory", "cannot allocate memory")


def _is_memory(error: Exception) -> bool:
    """Threads that cannot start and libraries that cannot be mapped are short of it too, and an
    interpreter that failed without an error (SystemError: "error return without exception set")
    had no memory for the error."""
    said = str(error).lower()
    behind = error.__cause__ or error.__context__
    return (
        isinstance(error, MemoryError | SystemError)
        or isinstance(behind, MemoryError | SystemError)
        or getattr(error, "errno", None) == errno.ENOMEM
        or any(words in said for words in _SHORT)
        or (isinstance(error, ImportError) and ("map segment" in said or "memory" in said))
    )


def _defect(error: Exception) -> int:
    """Exit code 2, not the 1 of a traceback, which would say that there are findings."""
    import traceback

    if os.environ.get("VENDORGATE_TRACEBACK"):
        traceback.print_exception(error)
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{os.path.basename(place.filename)}:{place.lineno}"  # noqa: PTH119
    return _say(
        f"internal error: {type(error).__name__}: {error} ({where}); please report it, "
        "VENDORGATE_TRACEBACK=1 shows where"
    )


def _say(message: str) -> int:
    from checker.report.escape import terminal

    tell(terminal(f"error: {message}"))
    return BAD_INPUT


def _quietly() -> int:
    """Whoever read our output has gone (`| head`): nothing more to say, and no second error when
    the interpreter flushes stdout (https://docs.python.org/3/library/signal.html#note-on-sigpipe).
    """
    drop(sys.stdout)
    return 141
