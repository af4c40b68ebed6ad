"""How the duplicate check compares (D21)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.base.services.normalise import duplicate_key, normalise_digits, normalise_name, normalise_text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("深圳海洋科技有限公司", "深圳海洋科技"),
        ("深圳 海洋科技 股份有限公司", "深圳海洋科技有限公司"),
        ("ＡＢＣ Trading Co., Ltd.", "abc trading"),
        ("Acme GmbH", "ACME"),
        ("Acme (Hong Kong) Limited", "acme hong kong"),
        ("海洋集团有限公司", "海洋"),
    ],
)
def test_alike(one: str, other: str) -> None:
    assert normalise_name(one) == normalise_name(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Texaco", "Texa"), ("海洋", "海"), ("Cisco", "Cis"), ("Alpha 1", "Alpha 2")]
)
def test_different(one: str, other: str) -> None:
    assert normalise_name(one) != normalise_name(other)


def test_a_name_that_is_only_an_ending_stays() -> None:
    assert normalise_name("有限公司") == "有限公司"
    assert normalise_name("Co") == "co"


@given(st.text())
def test_twice_is_once_for_text_and_spaces_never_matter(text: str) -> None:
    assert normalise_text(normalise_text(text)) == normalise_text(text)
    assert normalise_name(f" {text}\t") == normalise_name(text)


def test_phones() -> None:
    assert normalise_digits("+86 138-0013 8000") == normalise_digits("13800138000")
    assert normalise_digits("91440300ma5da1234x") == "91440300MA5DA1234X"


def test_key_of_several_fields_and_of_none() -> None:
    assert duplicate_key(["A", None], "text") == "a\x1f"
    assert duplicate_key(["A", ""], "text") == duplicate_key(["a", None], "text")
    assert duplicate_key([None, "", "  "], "name") is None
