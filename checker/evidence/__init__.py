"""Evidence: a bundle that holds all that a verdict rests on, and proves itself without us.
What is opened is distrusted: nothing of a bundle is believed that cannot be made again from it."""
