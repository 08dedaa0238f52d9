"""Small bugs planted at random, and whether a test falls over them: `make mutants`."""
