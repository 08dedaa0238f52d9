"""Resources of code that may let others in: templates and plans → `ResourceRecord`s.

`rows.py` is the table: each type of CloudFormation, SAM and the aws provider is one line of it.
`readers.py` reads what is more than a policy, `arns.py` names what has no ARN yet, `policy.py`
takes what is not known in the widest sense, `build.py` makes the records.
"""
