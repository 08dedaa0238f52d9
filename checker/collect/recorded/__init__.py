"""Answers of AWS that others collected: asked as AWS is, by the same sources.
It builds no record of its own, and what nobody recorded is a gap, as if it had been refused."""
