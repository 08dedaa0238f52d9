"""`python -m checker` is `vendorgate`, and its entry point."""

from __future__ import annotations


def run() -> None:
    """Whatever happens from the first import on ends in one line, not in a traceback, whose exit
    code 1 would say that there are findings. What is left to catch here is Ctrl-C and want of
    memory: while something is imported, or while an error is being told, where the interpreter may
    even have lost the error itself (SystemError)."""
    import sys

    message = b"error: cannot start: out of memory\n"
    try:
        if _told_version():
            return
        from checker.cli.main import run as begin

        message = b"error: out of memory; free some, or give more of it, and run it again\n"
        begin()
    except ImportError as error:
        _tell(f"error: cannot start: {error}\n".encode())
        sys.exit(2)
    except KeyboardInterrupt:  # while something is imported, or an error is being told
        _tell(b"stopped\n")
        sys.exit(130)
    except (MemoryError, SystemError):
        _tell(message, last=True)
        sys.exit(2)


def _tell(message: bytes, *, last: bool = False) -> None:
    """Where nobody can hear it, the exit code still tells. `last`: an interpreter without memory
    says more as it ends."""
    import os

    try:
        os.write(2, message)
        if last:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    except OSError:
        return


def _told_version() -> bool:
    """Whether the version was all that was asked for, and is told: editors and scripts ask each
    time that they start, and the command line takes longer to import than to answer. What cannot
    be written is left to it, which says why."""
    import sys

    from checker import __version__

    if sys.argv[1:] not in (["--version"], ["-V"]) or sys.stdout is None:
        return False
    try:
        sys.stdout.write(f"vendorgate, version {__version__}\n")
        sys.stdout.flush()
    except OSError:
        return False
    return True


if __name__ == "__main__":  # worker processes import this module too
    run()
