"""A subject that is not ours: an identity provider of an account. It is all that one takes."""
