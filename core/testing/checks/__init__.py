"""The checks of the contract suite, one function each; layer ``core.testing``.

A check takes what it looks at (`Subject`, for some also a database) and yields one sentence for each fault, which says where it is and what
to do. Nothing yielded means that the addon keeps this part of the contract.
"""

from core.testing.checks.subject import Subject, UnusableError

__all__ = ["Subject", "UnusableError"]
