"""A change of list, rules or pipelines, which `vendorgate review` makes and judges."""
