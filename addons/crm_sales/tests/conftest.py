"""What tests of sales need again and again."""

import pytest

LINES = [
    {"name": "LP-200", "quantity": 10, "price": 880},
    {"name": "TN-20", "quantity": 20, "price": 180},
]
"""Lines of the contract of flow F1: 12,400.00."""


@pytest.fixture
def effective(create_order):
    """An effective contract of 12,400.00."""
    order = create_order(lines=LINES)
    order.confirm()
    return order
