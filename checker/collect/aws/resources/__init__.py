"""Resources that may let others in, kind by kind: how each is listed, and what is read of it.
It says what a resource's policy is, never whom it lets in."""
