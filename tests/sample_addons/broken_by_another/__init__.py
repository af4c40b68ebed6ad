"""Broken on purpose: it needs a broken addon."""
