"""Counts of related records on forms."""

from __future__ import annotations

import pytest

from core.render.form import COUNTED, Part


@pytest.mark.parametrize(("count", "shown"), [(None, "0"), (12, "12"), (COUNTED, "10,000"), (COUNTED + 1, "10,000+")])
def test_more_related_records_than_are_counted_are_shown_with_a_plus(count: int | None, shown: str) -> None:
    assert Part("related", "moves", count=count).counted == shown
