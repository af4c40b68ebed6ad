"""Approval together with other addons, and when addons come and go."""
