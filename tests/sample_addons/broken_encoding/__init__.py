"""Broken on purpose: the manifest is not UTF-8."""
