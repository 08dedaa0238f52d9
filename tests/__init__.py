"""The tests. What takes long on a busy machine is no failure: no example has a deadline."""

from hypothesis import settings

settings.register_profile("steady", deadline=None)
settings.load_profile("steady")
