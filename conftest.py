"""Brings in the pytest plugin of addon authors where tangram-crm is not installed, and so does not bring it itself."""

from importlib.metadata import entry_points

IS_INSTALLED = any(point.value == "core.testing.plugin" for point in entry_points(group="pytest11"))

pytest_plugins = [] if IS_INSTALLED else ["core.testing.plugin"]
