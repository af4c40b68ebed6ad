"""Puts addons into a database: assembles registries, loads records by external id, enables and removes. Layer: data."""
