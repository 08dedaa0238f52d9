"""Each third party of a report once, with where it is trusted and whether it was vetted: `cells` of
a table, and the `formats` that show it. It evaluates nothing, and no name breaks it."""
