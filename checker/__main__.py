"""`python -m checker` is `vendorgate`."""

from checker.cli.main import run

if __name__ == "__main__":  # worker processes import this module too
    run()
