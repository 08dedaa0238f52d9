"""Terraform and OpenTofu: plans, states, and folders of .tf files."""
