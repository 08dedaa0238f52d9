"""Code that templates and plans would run: references → `CodeUse`s.

`rows.py` is the table: where each type of CloudFormation, SAM and the aws provider names code.
`references.py` tells what is meant where a value is not known, `uses.py` makes the records.
"""
