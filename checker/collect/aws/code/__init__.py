"""Code that others may have published and that runs here: where each reference to it stands."""
