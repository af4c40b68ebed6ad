"""Arguments of jobs as JSON."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import JobError
from core.jobs.payload import decode, encode

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
    st.dates(),
    st.datetimes(timezones=st.just(datetime.UTC)).map(lambda moment: moment.replace(fold=0)),
    st.decimals(allow_nan=False, allow_infinity=False),
)
KEYS = st.text().filter(lambda key: key not in {"$date", "$datetime", "$decimal"})
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=20)


@given(VALUES)
def test_what_is_stored_comes_back_with_its_type(value: Any) -> None:
    back = decode(json.loads(json.dumps(encode(value, "value"))))
    assert back == value
    assert repr(back) == repr(value)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"lines": [{"a": object()}]}, "value.lines.0.a can't be stored with the job: object"),
        (SimpleNamespace(env=1, id=7), "Pass the id of the record"),
        ({1}, "set"),
        (float("nan"), "not a finite number"),
        (Decimal("Infinity"), "not a finite number"),
        (datetime.datetime(2026, 1, 1), "without a time zone"),
        ({1: 2}, "has the key 1"),
        ({"$date": "x"}, "has the key '\\$date'"),
    ],
)
def test_what_json_can_not_hold_is_refused_with_its_place(value: Any, told: str) -> None:
    with pytest.raises(JobError, match=told):
        encode(value, "value")
