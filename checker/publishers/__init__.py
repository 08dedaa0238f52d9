"""Who publishes the code that a reference names: a layer, a container image, a document, …

The owner stands in the reference itself; where it does not, the answer is `unknown`, never a guess.
This package reads texts alone: it calls nothing, and judges nobody.
"""

from checker.publishers.arns import has_name_alone
from checker.publishers.likeness import Alike, alike, glances, registry, tells
from checker.publishers.model import Owners, Published, Publisher, PullThrough
from checker.publishers.publisher import KINDS, main_name, named_alike, names, published

__all__ = [
    "KINDS",
    "Alike",
    "Owners",
    "Published",
    "Publisher",
    "PullThrough",
    "alike",
    "glances",
    "has_name_alone",
    "main_name",
    "named_alike",
    "names",
    "published",
    "registry",
    "tells",
]
