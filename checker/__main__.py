"""`python -m checker` is `vendorgate`, and its entry point."""

from __future__ import annotations


def run() -> None:
    """Whatever happens from the first import on ends in one line, not in a traceback."""
    import os
    import sys

    try:
        from checker.cli.main import run as begin
    except (MemoryError, ImportError) as error:
        os.write(2, f"error: cannot start: {error or 'out of memory'}\n".encode())
        sys.exit(2)
    begin()


if __name__ == "__main__":  # worker processes import this module too
    run()
