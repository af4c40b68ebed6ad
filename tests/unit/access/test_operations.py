"""Letters and words of rights."""

from __future__ import annotations

import pytest

from core.access.operations import OPERATIONS, parse_operations, row_operation
from core.errors import DataError, UnknownNameError


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("r", {"read"}),
        ("crud", {"create", "read", "update", "delete"}),
        ("crudxp", {"create", "read", "update", "delete", "export", "print"}),
        ("read", {"read"}),
        ("read, export", {"read", "export"}),
        (["read", "export"], {"read", "export"}),
        (["cr", "print"], {"create", "read", "print"}),
        ("all", set(OPERATIONS)),
    ],
)
def test_rights_are_letters_words_or_lists(written: object, meant: set[str]) -> None:
    assert parse_operations(written) == meant


@pytest.mark.parametrize("written", ["crw", "", 3, None, [1], {"read": True}])
def test_what_is_no_right_is_refused(written: object) -> None:
    with pytest.raises(DataError):
        parse_operations(written)


def test_a_misspelt_word_proposes_the_nearest() -> None:
    with pytest.raises(DataError, match='did you mean "export"'):
        parse_operations("exprot")


def test_export_and_print_follow_read() -> None:
    assert {row_operation("export"), row_operation("print"), row_operation("read")} == {"read"}
    assert row_operation("import") == "create"
    with pytest.raises(UnknownNameError):
        row_operation("raed")
