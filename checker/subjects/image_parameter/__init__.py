"""A use of an image that another account's parameter names."""
