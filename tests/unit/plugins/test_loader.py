"""Importing addons: one name wherever they lie, and always the code that is on the disk now."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import AddonError
from core.plugins import Addon, AddonSet, LoadedAddon, load_addon, load_addons

Write = Callable[..., Path]
Found = Callable[..., AddonSet]


def load(addons: AddonSet, *names: str) -> list[LoadedAddon]:
    wanted = [addon for addon in addons.sorted(names)]
    loaded, broken = load_addons(wanted)
    assert broken == {}
    return loaded


def test_modules_are_imported_under_one_name_wherever_they_lie(write: Write, found: Found) -> None:
    path = write(
        "shop_x", {"models/__init__.py": "", "models/b.py": "", "models/a/c.py": "", "hooks.py": "x = 1", "jobs.py": ""}
    )
    (loaded,) = load(found(), "shop_x")
    names = [module.__name__ for module in loaded.models]
    assert names == ["addons.shop_x.models", "addons.shop_x.models.a.c", "addons.shop_x.models.b"]
    assert loaded.hooks is not None
    assert loaded.hooks.x == 1
    assert loaded.jobs is sys.modules["addons.shop_x.jobs"]
    assert loaded.controllers is None
    assert loaded.package.__path__ == [str(path)]
    assert importlib.import_module("addons.shop_x") is loaded.package
    assert sys.modules["addons"].shop_x is loaded.package


def test_addons_import_each_other_by_that_name(write: Write, found: Found) -> None:
    write("shop_a", {"services/__init__.py": "", "services/price.py": "PRICE = 7"})
    write("shop_b", {"hooks.py": "from addons.shop_a.services.price import PRICE"}, depends=("shop_a",))
    assert load(found(), "shop_a", "shop_b")[1].hooks.PRICE == 7  # type: ignore[union-attr]


def test_unchanged_code_is_not_imported_again(write: Write, found: Found) -> None:
    write("shop_x", {"hooks.py": ""})
    assert load(found(), "shop_x")[0].hooks is load(found(), "shop_x")[0].hooks


def test_changed_file_is_imported_anew_even_within_one_second(write: Write, found: Found) -> None:
    write("shop_x", {"hooks.py": "x = 1"})
    for number in range(2, 6):
        (before,) = load(found(), "shop_x")
        write("shop_x", {"hooks.py": f"x = {number}"})
        (after,) = load(found(), "shop_x")
        assert after.hooks.x == number  # type: ignore[union-attr]
        assert before.hooks.x == number - 1  # type: ignore[union-attr]
        assert after.fingerprint != before.fingerprint


def test_new_and_removed_files_are_seen(write: Write, found: Found) -> None:
    path = write("shop_x", {"models/a.py": ""})
    assert len(load(found(), "shop_x")[0].models) == 1
    write("shop_x", {"models/b.py": ""})
    assert len(load(found(), "shop_x")[0].models) == 2
    (path / "models" / "a.py").unlink()
    assert [module.__name__ for module in load(found(), "shop_x")[0].models] == ["addons.shop_x.models.b"]


def test_change_of_an_addon_reloads_those_that_need_it(write: Write, found: Found) -> None:
    write("shop_a", {"price.py": "PRICE = 1"})
    write("shop_b", {"hooks.py": "from addons.shop_a.price import PRICE"}, depends=("shop_a",))
    load(found(), "shop_a", "shop_b")
    write("shop_a", {"price.py": "PRICE = 2"})
    assert load(found(), "shop_a", "shop_b")[1].hooks.PRICE == 2  # type: ignore[union-attr]


def test_tests_of_an_addon_are_neither_imported_nor_watched(write: Write, found: Found) -> None:
    path = write("shop_x", {"hooks.py": "", "tests/test_x.py": "raise SystemExit"})
    (before,) = load(found(), "shop_x")
    (path / "tests" / "test_x.py").write_text("raise KeyError")
    assert load(found(), "shop_x")[0].fingerprint == before.fingerprint


def test_same_name_from_another_folder_replaces_the_modules(write: Write, found: Found) -> None:
    write("shop_x", {"hooks.py": "x = 'a'"}, folder="a")
    write("shop_x", {"hooks.py": "x = 'b'"}, folder="b")
    (first,), (second,) = load(found("a"), "shop_x"), load(found("b"), "shop_x")
    assert (first.hooks.x, second.hooks.x) == ("a", "b")  # type: ignore[union-attr]
    assert load(found("a"), "shop_x")[0].hooks.x == "a"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        (
            "models/thing.py",
            "\n\nVALUE = 1 // 0\n",
            "models/thing.py:3, addon shop_x: Importing it raised ZeroDivisionError",
        ),
        ("jobs.py", "def broken(:\n", "jobs.py:1, addon shop_x: Importing it raised SyntaxError: invalid syntax"),
        (
            "hooks.py",
            "import nothing_of_this_name\n",
            "hooks.py:1, addon shop_x: Importing it raised ModuleNotFoundError",
        ),
        ("__init__.py", "raise SystemExit(3)\n", "__init__.py:1, addon shop_x: Importing it raised SystemExit"),
        (
            "hooks.py",
            "from core.errors import DataError\nraise DataError('Own words.')\n",
            "hooks.py:2, addon shop_x: Own words.",
        ),
    ],
)
def test_failing_import_names_file_and_line_and_leaves_nothing(
    write: Write, found: Found, file: str, text: str, told: str
) -> None:
    write("shop_x", {file: text})
    with pytest.raises(AddonError) as caught:
        load_addon(found()["shop_x"])
    assert told in str(caught.value)
    assert caught.value.__cause__ is not None
    assert [name for name in sys.modules if name.startswith("addons.shop_x")] == []
    write("shop_x", {file: ""})
    assert isinstance(load_addon(found()["shop_x"]).addon, Addon)


def test_failing_import_breaks_the_dependents_and_nothing_else(write: Write, found: Found) -> None:
    write("shop_a", {"hooks.py": "1 / 0"})
    write("shop_b", depends=("shop_a",))
    write("shop_c")
    loaded, broken = load_addons(found().sorted(["shop_a", "shop_b", "shop_c"]))
    assert [each.name for each in loaded] == ["shop_c"]
    assert 'needs the addon "shop_a", which is broken' in str(broken["shop_b"])


def test_folder_without_init_is_a_package_too(write: Write, found: Found) -> None:
    path = write("shop_x", {"hooks.py": "x = 1"})
    (path / "__init__.py").unlink()
    assert load(found(), "shop_x")[0].hooks.x == 1  # type: ignore[union-attr]
