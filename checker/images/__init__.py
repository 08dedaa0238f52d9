"""An image → who published it, what it was made from, whom its owner shares it with.
It tells who somebody is, not whether they were vetted for this."""
