"""Answers of AWS that others collected: asked as AWS is, by the same sources."""
