"""What a request says of itself."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import EnvironBuilder

from core.errors import AuthenticationError
from core.web.errors import RequestError
from core.web.identity import check_origin, credential_of
from core.web.request import Request


def make(**options: Any) -> Request:
    return Request(EnvironBuilder(**options).get_environ())


@pytest.mark.parametrize(
    ("options", "is_api"),
    [
        ({"path": "/api/v1/x", "headers": {"Accept": "text/html"}}, True),
        ({"path": "/", "headers": {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}}, False),
        ({"path": "/", "headers": {"Accept": "application/json"}}, True),
        ({"path": "/"}, True),
        ({"path": "/login", "method": "POST", "json": {}, "headers": {"Accept": "text/html"}}, True),
    ],
)
def test_programs_and_browsers_are_told_apart(options: dict[str, Any], is_api: bool) -> None:
    assert make(**options).is_api is is_api


@pytest.mark.parametrize(
    ("headers", "foreign"),
    [
        ({}, False),
        ({"Origin": "http://localhost"}, False),
        ({"Origin": "http://LOCALHOST"}, False),
        ({"Sec-Fetch-Site": "same-origin"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Origin": "http://localhost.evil.example"}, True),
        ({"Origin": "http://localhost:81"}, True),
        ({"Origin": "null"}, True),
        ({"Sec-Fetch-Site": "same-site"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, True),
    ],
)
def test_requests_of_other_sites_are_told_by_browsers(headers: dict[str, str], foreign: bool) -> None:
    request = make(method="POST", headers=headers)
    if foreign:
        with pytest.raises(RequestError):
            check_origin(request)
    else:
        check_origin(request)


def test_a_key_wins_over_a_session() -> None:
    found = credential_of(make(headers={"Authorization": "bearer  tg_abc ", "Cookie": "tangram_session=s"}))
    assert found is not None
    assert (found.kind, found.secret) == ("key", "tg_abc")
    assert "tg_abc" not in found.digest


@pytest.mark.parametrize("header", ["", "Bearer", "Basic x", "Bearer a\tb", "Bearer " + "x" * 600])
def test_a_header_of_another_kind_is_refused(header: str) -> None:
    with pytest.raises(AuthenticationError):
        credential_of(make(headers={"Authorization": header}))


@pytest.mark.parametrize("cookie", ["", "x" * 600, "ä"])
def test_a_cookie_that_is_none_of_ours_is_nobody(cookie: str) -> None:
    assert credential_of(make(headers={"Cookie": f"tangram_session={cookie}"})) is None
