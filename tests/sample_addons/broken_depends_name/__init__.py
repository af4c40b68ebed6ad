"""Broken on purpose: depends names what can be no addon."""
