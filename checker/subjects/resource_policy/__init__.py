"""A resource of whose policy, ACL, grants or shares not all was understood, or names somebody gone."""
