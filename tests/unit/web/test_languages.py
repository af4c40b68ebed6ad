"""The language of an answer."""

from __future__ import annotations

import pytest
from werkzeug.test import EnvironBuilder

from core.web.languages import COOKIE, choose_language
from core.web.request import Request

KNOWN = ["en", "zh_CN", "zh_TW"]


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh_CN"),
        ("en-GB,en;q=0.9", "en"),
        ("fr;q=1, zh;q=0.5", "zh_CN"),
        ("zh-TW", "zh_TW"),
        ("zh-Hant-HK", "zh_TW"),
        ("zh-hk", "zh_TW"),
        ("zh-SG, zh-TW;q=0.5", "zh_CN"),
        ("fr", "en"),
        ("en;q=0, zh", "zh_CN"),
        ("", "en"),
        ("*", "en"),
        (";;;,,,", "en"),
    ],
)
def test_the_browser_asks(accepted: str, chosen: str) -> None:
    request = Request(EnvironBuilder(headers={"Accept-Language": accepted}).get_environ())
    assert choose_language(request, KNOWN, "en") == chosen


def test_the_users_own_comes_first_then_the_choice_of_the_guest() -> None:
    headers = {"Accept-Language": "en", "Cookie": f"{COOKIE}=zh_CN"}
    assert choose_language(Request(EnvironBuilder(headers=headers).get_environ()), KNOWN, "en") == "zh_CN"
    request = Request(EnvironBuilder(query_string="lang=zh_CN", headers={"Accept-Language": "en"}).get_environ())
    assert choose_language(request, KNOWN, "en") == "zh_CN"
    assert choose_language(request, KNOWN, "en", own="en") == "en"
