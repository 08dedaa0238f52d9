"""What policies judge, a folder each: `model` publishes the facts, `facts` makes them, `items`
yields them with their place and whom they show. `registry` lists them.
No subject judges anything, or feeds a report: that is for check/ alone."""
