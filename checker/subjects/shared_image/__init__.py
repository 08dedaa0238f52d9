"""An own image that an outsider may launch."""
