"""Somebody outside whom a resource's policy, ACL, grants or shares let in."""
