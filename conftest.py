"""Brings in the pytest plugin of addon authors where tangram-crm is not installed, and so does not bring it itself.

Also brings in how tests are spread over workers, lets property tests try the same examples in each run (decision 0050), and keeps the
garbage collector from walking again and again over what lives as long as the run.
"""

import gc
import os
from importlib.metadata import entry_points

import pytest
from hypothesis import settings

IS_INSTALLED = any(point.value == "core.testing.plugin" for point in entry_points(group="pytest11"))

pytest_plugins = [] if IS_INSTALLED else ["core.testing.plugin"]

GC_THRESHOLDS = (50_000, 20, 10)
"""Python's own first number, 700, makes it look after every few records; a quarter of the time of web tests went there."""


def pytest_configure(config: pytest.Config) -> None:
    """Bring in the spreading of tests where there are workers; choose by whether it is a campaign what property tests try."""
    settings.register_profile("tangram", derandomize=not os.environ.get("TANGRAM_SOAK"))
    settings.load_profile("tangram")
    if config.pluginmanager.hasplugin("xdist"):
        config.pluginmanager.import_plugin("tests.scheduling")


def pytest_collection_finish() -> None:
    """Set modules and collected tests aside for good, and look for garbage more seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
