"""Expected failures are told in one block with place, hint and all faults; surprises are left alone."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy.exc import OperationalError

from core.cli.errors import block, told
from core.cli.language import Language
from core.errors import ConfigError, CoreError, ViewError, Where, raise_faults, unknown

ENGLISH = Language({})


def lines(error: CoreError, language: Language = ENGLISH) -> list[str]:
    return list(block(error, language))


def test_message_place_and_hint_stand_on_lines_of_their_own() -> None:
    error = unknown("field", "nmae", ["name"], ViewError, where=Where(file="views/a.yaml", line=3))
    shown = told(error, ENGLISH)
    assert shown is not None
    assert shown.exit_code == 1
    text = "\n".join(lines(error))
    assert 'Unknown field "nmae".' in text
    assert "views/a.yaml:3" in text
    assert 'did you mean "name"?' in text


def test_all_faults_are_told() -> None:
    faults = [ConfigError(f"wrong {number}", where=Where(key=f"key{number}")) for number in range(3)]
    with pytest.raises(ConfigError) as caught:
        raise_faults(faults, ConfigError, "settings")
    text = "\n".join(lines(caught.value))
    assert all(f"wrong {number}" in text and f"key{number}" in text for number in range(3))


def test_square_brackets_of_a_message_are_no_markup() -> None:
    assert r"\[red]" in lines(CoreError("a [red] thing"))[0]


def test_an_unreachable_database_is_told_with_its_reason() -> None:
    error = OperationalError("SELECT 1", {}, sqlite3.OperationalError("unable to open database file"))
    shown = told(error, ENGLISH)
    assert shown is not None
    assert "unable to open database file" in shown.message
    assert shown.error.hint is not None


def test_a_surprise_is_not_told() -> None:
    assert told(ZeroDivisionError(), ENGLISH) is None


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh_CN"),
        ({"LANG": "zh_HK.UTF-8"}, "zh_TW"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
    ],
)
def test_the_terminal_speaks_chinese_where_the_environment_says_so(variables: dict[str, str], expected: str) -> None:
    assert Language(variables).name == expected
