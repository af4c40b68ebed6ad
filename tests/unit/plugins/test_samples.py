"""The sample addons whose fault lies in their code, together with those that are whole."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.plugins import PluginManager, discover, load_addons

SAMPLES = Path(__file__).parents[2] / "sample_addons"
FAULTS = {
    "broken_import": "models/thing.py:3, addon broken_import: Importing it raised ZeroDivisionError",
    "broken_hook_name": 'Unknown hook "minimal_thing_don". (did you mean "minimal_thing_done"?)',
    "broken_hook_argument": 'Unknown argument "thig". (did you mean "thing"?)',
    "broken_hook_duplicate": '"minimal_thing_done" is specified by "minimal" and by "broken_hook_duplicate"',
}


@pytest.fixture
def modules() -> Iterator[None]:
    yield
    for name in [
        name for name in sys.modules if name.startswith(("addons.broken_", "addons.minimal", "addons.extends_"))
    ]:
        del sys.modules[name]


@pytest.mark.usefixtures("modules")
def test_broken_code_is_told_on_its_addon_and_the_others_work() -> None:
    addons = discover([SAMPLES], installed=(), built_in=None)
    names = ["minimal", "extends_minimal", *FAULTS]
    loaded, errors = load_addons(addons.sorted(names))
    manager = PluginManager(loaded)
    errors |= manager.broken
    assert set(errors) == set(FAULTS)
    for name, told in FAULTS.items():
        assert told in str(errors[name])
    assert list(manager.loaded) == ["minimal", "extends_minimal"]
    assert manager.hook.minimal_thing_done(thing="x") == ["extended x"]
