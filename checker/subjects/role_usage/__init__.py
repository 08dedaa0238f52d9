"""How a third party used a role."""
