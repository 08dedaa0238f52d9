"""vendorgate: which outside AWS accounts do we trust, and did anyone vet them?"""

__version__ = "0.1.0"
