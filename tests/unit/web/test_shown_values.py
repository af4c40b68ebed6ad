"""How values are written for people."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from core.render.values import Formatter

USER = SimpleNamespace(kind="many2one", comodel="core.user", to_many=False, is_relation=True)


@pytest.mark.rows("CORE-33")
def test_the_user_for_the_system_is_a_word_and_people_are_names() -> None:
    formatter = Formatter(
        "zh_CN", "Asia/Shanghai", dt.datetime(2026, 1, 1, tzinfo=dt.UTC), lambda text: {"System": "系统"}[text]
    )
    assert formatter.show(USER, 1, "System").text == "系统"
    assert formatter.show(USER, 1, "总部").text == "总部"
    assert formatter.show(USER, 5, "System").text == "System"
