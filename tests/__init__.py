"""The tests. What takes long on a busy machine is no failure: no example has a deadline."""

import os

from hypothesis import settings

settings.register_profile("steady", deadline=None)
settings.load_profile("steady")


def examples(usual: int) -> int:
    """How many examples a law tries: `VENDORGATE_EXAMPLES` (`make random`), or as many as are quick."""
    return int(os.environ.get("VENDORGATE_EXAMPLES", usual))
