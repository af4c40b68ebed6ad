"""The testing kit for addon authors: pytest plugin, fixtures, contract suite; layer ``core.testing``.

An addon's tests import this package and nothing else of ours beside `core.api`; fixtures come by themselves, since `core.testing.plugin`
is a pytest plugin. Nothing else in core imports this package, and it imports nothing of ``core.cli``.
"""

from core.testing.contract import AddonContract
from core.testing.factories import make
from core.testing.together import at_once

__all__ = ["AddonContract", "at_once", "make"]
