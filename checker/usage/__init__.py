"""What a vendor did with our trust: its calls by IAM action, and which of them cost money."""
