"""The fiscal calendar (CORE-11)."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.base.services.fiscal import fiscal_period, fiscal_quarter, fiscal_year, periods_between
from core.errors import ValidationError

MONTHS = st.integers(1, 12)


@pytest.mark.parametrize(
    ("day", "start", "label", "first", "last"),
    [
        ("2026-03-31", 4, "FY2025 Q4", "2026-01-01", "2026-03-31"),
        ("2026-04-01", 4, "FY2026 Q1", "2026-04-01", "2026-06-30"),
        ("2026-12-31", 1, "FY2026 Q4", "2026-10-01", "2026-12-31"),
        ("2024-02-29", 12, "FY2023 Q1", "2023-12-01", "2024-02-29"),
    ],
)
def test_quarter_of_a_day(day: str, start: int, label: str, first: str, last: str) -> None:
    period = fiscal_period(dt.date.fromisoformat(day), "quarter", start)
    assert (period.label, str(period.first), str(period.last)) == (label, first, last)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2200, 1, 1)), st.sampled_from(["month", "quarter", "year"]), MONTHS)
def test_a_day_lies_in_its_period_and_both_ends_too(day: dt.date, unit: str, start: int) -> None:
    period = fiscal_period(day, unit, start)  # type: ignore[arg-type]  # hypothesis gives a str
    assert period.first <= day <= period.last
    assert fiscal_period(period.first, unit, start) == fiscal_period(period.last, unit, start) == period  # type: ignore[arg-type]


@given(st.integers(1950, 2100), MONTHS)
def test_quarters_fill_the_year(year: int, start: int) -> None:
    whole = fiscal_year(year, start)
    quarters = [fiscal_quarter(year, number, start) for number in (1, 2, 3, 4)]
    assert periods_between(whole.first, whole.last, "quarter", start) == quarters
    assert (quarters[0].first, quarters[-1].last) == (whole.first, whole.last)
    assert len(periods_between(whole.first, whole.last, "month", start)) == 12


def test_wrong_month_and_quarter_are_refused() -> None:
    with pytest.raises(ValidationError, match="must be 1 to 12, not 13"):
        fiscal_year(2026, 13)
    with pytest.raises(ValidationError, match="no quarter 5"):
        fiscal_quarter(2026, 5)


def test_no_period_between_reversed_days() -> None:
    assert periods_between(dt.date(2026, 2, 1), dt.date(2026, 1, 1), "month") == []
