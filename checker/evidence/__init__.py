"""Evidence: a bundle that holds all that a verdict rests on, and proves itself without us."""
