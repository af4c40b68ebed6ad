"""``tangram new`` writes a folder that is found as an addon; wrong names change nothing."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import yaml

from core.cli.new import Names, make_addon
from core.errors import AddonError
from core.plugins import discover


def names(name: str, title: str = "Visits", chinese: str = "拜访") -> Names:
    return Names(name, title, chinese)


@pytest.mark.parametrize(
    ("name", "model", "cls"),
    [
        ("crm_visit", "crm.visit", "Visit"),
        ("notes", "notes.record", "Record"),
        ("crm_call_log", "crm.call.log", "CallLog"),
    ],
)
def test_names_follow_from_the_addons_name(name: str, model: str, cls: str, tmp_path: Path) -> None:
    made = names(name)
    assert (made.model, made.cls) == (model, cls)
    folder = make_addon(tmp_path, made)
    addon = discover([tmp_path], installed=(), built_in=None)[name]
    assert addon.error is None
    for path in folder.rglob("*"):
        if path.suffix == ".py":
            ast.parse(path.read_text(encoding="utf-8"))
        elif path.suffix == ".yaml":
            assert yaml.safe_load(path.read_text(encoding="utf-8"))
    assert "拜访" in (folder / "i18n" / "zh_CN.po").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["Visit", "1visit", "visit-log", "base", "class", "", "../up", "a.b"])
def test_a_wrong_name_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(AddonError):
        make_addon(tmp_path, names(name))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("title", ["a: b", "[x]", 'say "hi"', "", "$name"])
def test_a_title_that_would_break_the_files_is_refused(title: str, tmp_path: Path) -> None:
    with pytest.raises(AddonError):
        make_addon(tmp_path, names("crm_visit", title))
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_already_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "crm_visit").mkdir()
    with pytest.raises(AddonError, match="already"):
        make_addon(tmp_path, names("crm_visit"))
    assert list((tmp_path / "crm_visit").iterdir()) == []
