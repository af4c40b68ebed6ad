"""The token of a session in pages: another text each time, nothing but itself in requests."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.web.csrf import mask, matches

TOKEN = secrets.token_urlsafe(24)


def test_no_two_pages_hold_the_same_text() -> None:
    masked = {mask(TOKEN) for _each in range(100)}
    assert len(masked) == 100
    assert {len(each) for each in masked} == {len(mask(TOKEN))}
    assert not any(TOKEN[:6] in each for each in masked)


def test_masked_and_plain_tokens_are_taken() -> None:
    assert all(matches(mask(TOKEN), TOKEN) for _each in range(20))
    assert matches(TOKEN, TOKEN)


def test_what_is_changed_anywhere_is_refused() -> None:
    masked = mask(TOKEN)
    for place in range(len(masked.rstrip("=")) - 1):
        other = "A" if masked[place] != "A" else "B"
        assert not matches(masked[:place] + other + masked[place + 1 :], TOKEN)


@pytest.mark.parametrize(
    "sent",
    ["", "=", "A", "AAAA", "é", "令牌", "A" * 88, "\0", mask(TOKEN[:-1]), mask(TOKEN + "x"), mask("")],
    # A mask is new each time, and the workers of a test run must find the same names.
    ids=range(11),
)
def test_anything_else_is_refused_without_an_exception(sent: str) -> None:
    assert not matches(sent, TOKEN)


@given(st.text())
def test_no_text_is_an_exception(sent: str) -> None:
    assert not matches(sent, TOKEN)
