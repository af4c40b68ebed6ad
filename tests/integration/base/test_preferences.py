"""Preferences of a user (CORE-07)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core.base.services.preferences import PREFERENCES, read_preferences, write_preference
from core.base.services.profile import MOST, set_picture
from core.errors import AccessDenied, UnknownNameError, ValidationError
from core.orm.environment import Environment

DEFAULTS = {
    "theme": "auto",
    "density": "normal",
    "page_size": 50,
    "nav_collapsed": False,
    "shortcuts": True,
    "workbench": None,
}


@pytest.mark.rows("CORE-07")
def test_a_preference_is_kept_for_its_user_only(env: Environment, create_user: Callable[..., Any]) -> None:
    li, wang = create_user("Li"), create_user("Wang")
    env.flush()
    as_li, as_wang = env.as_user(li), env.as_user(wang)
    assert read_preferences(as_li) == DEFAULTS
    version = li.version
    write_preference(as_li, "theme", "dark")
    write_preference(as_li, "page_size", 100)
    assert read_preferences(as_li) == {**DEFAULTS, "theme": "dark", "page_size": 100}
    assert read_preferences(env.as_user(li))["theme"] == "dark"
    assert read_preferences(as_wang) == DEFAULTS
    write_preference(as_li, "theme", None)
    assert read_preferences(as_li) == {**DEFAULTS, "page_size": 100}
    env.session.refresh(li)
    assert li.version == version


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("theme", "pink"),
        ("theme", True),
        ("page_size", 51),
        ("page_size", "50"),
        ("shortcuts", 1),
        ("density", []),
        ("workbench", [["x", 5, True]]),
        ("workbench", [["x", 6, 1]]),
    ],
)
def test_a_wrong_value_is_refused(env: Environment, create_user: Callable[..., Any], key: str, value: Any) -> None:
    li = create_user("Li")
    env.flush()
    as_li = env.as_user(li)
    with pytest.raises(ValidationError):
        write_preference(as_li, key, value)
    assert read_preferences(as_li) == DEFAULTS


def test_an_unknown_key_is_told_with_the_nearest(env: Environment, create_user: Callable[..., Any]) -> None:
    li = create_user("Li")
    env.flush()
    with pytest.raises(UnknownNameError, match=r"(?s)densty") as caught:
        write_preference(env.as_user(li), "densty", "compact")
    assert "density" in str(caught.value.hint)


def test_what_is_kept_but_no_longer_possible_gives_the_default(
    env: Environment, create_user: Callable[..., Any]
) -> None:
    li = create_user("Li", preferences={"theme": "pink", "gone": 1})
    env.flush()
    assert read_preferences(env.as_user(li)) == DEFAULTS


def test_reading_costs_no_statement_and_nobody_reads_those_of_others(
    env: Environment, create_user: Callable[..., Any]
) -> None:
    li = create_user("Li")
    env.flush()
    with pytest.raises(AccessDenied):
        env.as_user("admin")["core.user"].read([["id", "=", li.id]], ["preferences"])
    assert set(read_preferences(env.as_user(li))) == set(PREFERENCES)


@pytest.mark.rows("CORE-07")
def test_a_picture_has_a_largest_size(env: Environment, create_user: Callable[..., Any]) -> None:
    li = create_user("Li")
    env.flush()
    as_li = env.as_user(li)
    png = b"\x89PNG\r\n\x1a\n"
    with pytest.raises(ValidationError, match="at most 2 MiB"):
        set_picture(as_li, "me.png", png + b"0" * MOST)
    set_picture(as_li, "me.png", png)
    set_picture(as_li, "again.png", png + b"1")
    assert as_li.user.picture.name == "again.png"
    assert env["core.attachment"].count([["model", "=", "core.user"], ["record_id", "=", li.id]]) == 1
