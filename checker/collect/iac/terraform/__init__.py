"""Terraform and OpenTofu: plans, states, and folders of .tf files.
Nothing is executed, no provider is asked, and what the files leave open stays open."""
