"""A use of an image."""
