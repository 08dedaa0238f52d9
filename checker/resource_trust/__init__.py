"""Many resources at once: whom each lets in, equal ones analysed once, what is plainly our own
not at all, and what else of the snapshot is ours. It judges nobody, and knows no policy."""
