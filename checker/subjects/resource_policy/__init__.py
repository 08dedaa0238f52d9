"""A resource that was not wholly understood, or that names somebody who is gone."""
