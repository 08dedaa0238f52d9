"""What a cluster itself tells of its pods, as AWS's API does not → into a snapshot."""
