"""Templates and plans → the same records as of what runs, with file and line.
Nothing of them is executed; what they leave open is unknown, and never taken for nobody."""
