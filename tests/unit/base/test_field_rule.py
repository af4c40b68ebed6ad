"""Single rules for required fields and formats (CORE-60)."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from core.base.services.field_rules import check_pattern, check_rule
from core.errors import ValidationError


def rule(**values: Any) -> Any:
    names = ("required", "min_length", "max_length", "pattern", "minimum", "maximum", "message")
    return SimpleNamespace(**{**dict.fromkeys(names), **values})


@pytest.mark.parametrize(
    ("options", "value", "text"),
    [
        ({"required": True}, None, "Phone is required."),
        ({"required": True}, "", "Phone is required."),
        ({"min_length": 3}, "ab", "at least 3"),
        ({"max_length": 3}, "abcd", "at most 3"),
        ({"pattern": r"1\d{10}"}, "1380013800", "format"),
        ({"pattern": r"\d+"}, "12\n", "format"),
        ({"minimum": Decimal("1.0000")}, 0, "at least 1."),
        ({"maximum": Decimal("99.5")}, Decimal("99.51"), "at most 99.5."),
    ],
)
def test_broken(options: dict[str, Any], value: Any, text: str) -> None:
    assert text in str(check_rule(rule(**options), "Phone", value))


@pytest.mark.parametrize(
    ("options", "value"),
    [
        ({"pattern": r"1\d{10}"}, "13800138000"),
        ({"pattern": r"\d+", "min_length": 2}, None),
        ({"minimum": Decimal(1), "maximum": Decimal(2)}, 1.5),
        ({"required": True}, 0),
        ({"required": True, "minimum": Decimal(1)}, False),
    ],
)
def test_kept(options: dict[str, Any], value: Any) -> None:
    assert check_rule(rule(**options), "Phone", value) is None


def test_pattern_must_compile() -> None:
    check_pattern(None)
    with pytest.raises(ValidationError, match="no regular expression"):
        check_pattern("[")
