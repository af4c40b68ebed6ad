"""The pytest plugin that every addon author gets with ``tangram-crm``; layer ``core.testing``, a pytest plugin by entry point.

It finds the addon under test from the path of a test file (the nearest folder above it with a ``manifest.yaml``) and only then brings in
what costs anything: `core.testing.fixtures`, and one ``create_<thing>`` fixture for each model of the addon and those it needs. In a
project without addons nothing happens.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

DATABASES = ("sqlite", "postgresql")
DATABASES_VARIABLE = "TANGRAM_TEST_DATABASES"
FIXTURES = "core.testing.fixtures"
CONTRACT_FIXTURES = "core.testing.contract_fixtures"
"""Modules of the fixtures; plugins of their own, registered by name once the first addon is found."""
ENGINE = "tangram_engine"
"""Name of the fixture by which tests run once on each database."""
NOTE_KEY = pytest.StashKey[str]()
ENGINES_KEY = pytest.StashKey[tuple[str, ...]]()

_MANIFEST = "manifest.yaml"
_ADDON_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_ADDON_KEYS = re.compile(r"^(title|depends|core|bridge)\s*:", re.MULTILINE)
_ADDON_SIGNS = ("models", "views", "hooks.py", "security")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--tangram-databases`` and the setting ``tangram_databases``."""
    words = f"databases on which addons are tested: {', '.join(DATABASES)} (default: both; also {DATABASES_VARIABLE})"
    parser.getgroup("tangram").addoption("--tangram-databases", metavar="NAMES", help=words)
    parser.addini("tangram_databases", words, type="args", default=[])


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> None:
    """Bring in the fixtures when the first test module of an addon is collected, and the factories of each addon."""
    folder = addon_folder(module_path)
    if folder is None:
        return
    manager = parent.config.pluginmanager
    if not manager.has_plugin(FIXTURES):
        manager.import_plugin(FIXTURES)
        manager.import_plugin(CONTRACT_FIXTURES)
    manager.get_plugin(FIXTURES).prepare(parent.config, folder)  # type: ignore[union-attr]  # it was just imported


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what needs a database once on each."""
    if ENGINE in metafunc.fixturenames:
        engines = metafunc.config.stash[ENGINES_KEY]
        metafunc.parametrize(ENGINE, engines, indirect=True, scope="session")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say at the end which database the addons were not tested on."""
    if note := terminalreporter.config.stash.get(NOTE_KEY, None):
        terminalreporter.write_sep("-", "Tangram CRM")
        terminalreporter.write_line(note)


@lru_cache
def addon_folder(path: Path) -> Path | None:
    """Return the folder of the addon in which a file lies, or None.

    A ``manifest.yaml`` alone is no proof: other projects use that name, too.
    """
    for folder in path.parents:
        manifest = folder / _MANIFEST
        if manifest.is_file() and _ADDON_NAME.match(folder.name):
            is_addon = any((folder / sign).exists() for sign in _ADDON_SIGNS)
            text = manifest.read_text(encoding="utf-8", errors="replace")
            return folder if is_addon or len(_ADDON_KEYS.findall(text)) > 1 else None
    return None


def chosen_databases(config: pytest.Config) -> tuple[str, ...]:
    """Return the databases asked for by option, variable or setting, in this order; both if nothing is said.

    Raises:
        UsageError: One is not known.
    """
    option = config.getoption("--tangram-databases") or os.environ.get(DATABASES_VARIABLE)
    names = re.split(r"[,\s]+", option.strip()) if option else config.getini("tangram_databases")
    for name in names:
        if name not in DATABASES:
            raise pytest.UsageError(f"tangram_databases: unknown database {name!r}; known: {', '.join(DATABASES)}")
    return tuple(dict.fromkeys(names)) or DATABASES
