import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.orm.domain.text import LikePattern, compact, folded, has_case


@pytest.mark.parametrize(
    ("pattern", "value", "fits"),
    [
        ("a_c", "xa_cx", True),
        ("a_c", "abc", False),
        ("a%c", "abbc", True),
        ("a%c", "abcd", False),
        ("%a%", "xax", True),
        ("a_%", "ab", True),
        ("a_%", "a", False),
        ("%", "", True),
        ("%aa%aa%", "aaa", False),
        ("a%a", "a", False),
        ("", "x", True),
        ("x", None, False),
    ],
)
def test_patterns(pattern, value, fits):
    assert LikePattern.typed(pattern).matches(value) is fits


@given(pattern=st.text("ab%_", max_size=8), value=st.text("ab", max_size=10))
def test_patterns_match_as_the_regular_expression_does(pattern, value):
    expression = "".join({"%": ".*", "_": "."}.get(char, char) for char in pattern)
    assert LikePattern(pattern, wild=True).matches(value) is (re.fullmatch(expression, value) is not None)


def test_a_hostile_pattern_takes_no_time():
    assert not LikePattern.typed("%a" * 1000 + "%b").matches("a" * 5000)


def test_escaping():
    assert LikePattern("50%_!", wild=False).for_like() == "%50!%!_!!%"
    assert LikePattern("[a]*?%", wild=False).for_glob() == "*[[]a][*][?]%*"
    assert LikePattern("[a]*%_", wild=True).for_glob() == "[[]a][*]*?"
    assert LikePattern("a!%", wild=True).for_like() == "a!!%"
    assert LikePattern.in_order("a%b_").text == "%a%b%"
    assert LikePattern.in_order("").text == "%"


def test_folding_keeps_the_length_and_is_settled_after_once():
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        assert len(folded(char)) == 1
        assert folded(folded(char)) == folded(char)
    assert folded("ΑΣ İ \u212a") == "ασ i k"


def test_a_character_without_case_is_the_fold_of_no_other():
    caseless = {chr(code) for code in range(128, sys.maxunicode + 1) if not has_case(chr(code))}
    ascii_folds = set()
    for code in range(128, sys.maxunicode + 1):
        char = chr(code)
        fold = folded(char)
        if fold != char:
            assert fold not in caseless
            if fold.isascii():
                ascii_folds.add((char, fold))
    # The two for which SQLite's own lower() is helped out.
    assert ascii_folds == {("\u0130", "i"), ("\u212a", "k")}


def test_compact():
    assert compact(" Ａb　深 ") == "ab深"
