"""The sections and charts of HTML pages, and the shell around them; `formats/html.py` and the
trends of evidence put them together. Every name is escaped, and no script is needed to read."""
