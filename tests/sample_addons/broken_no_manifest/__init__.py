"""Broken on purpose: there is no manifest."""
