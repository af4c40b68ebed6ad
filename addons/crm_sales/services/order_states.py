"""States of contracts and orders that others go by."""

EFFECTIVE = ("confirmed", "done")
"""In force, or ended after it was: what was sold, is owed and counts in statistics."""
