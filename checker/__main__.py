"""`python -m checker` is `vendorgate`."""

from checker.cli.main import run

run()
