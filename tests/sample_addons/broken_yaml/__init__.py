"""Broken on purpose: the manifest is no YAML."""
