"""Column types: the same values come back from both databases, and what does not fit is refused."""

import datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import DefinitionError, ValidationError
from core.orm.engine import create_engine
from core.orm.types import ExactDecimal, JsonType, UtcDateTime, mean

METADATA = sa.MetaData()
ROW = sa.Table(
    "row",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("amount", ExactDecimal(18, 2)),
    sa.Column("at", UtcDateTime()),
    sa.Column("data", JsonType()),
    sa.CheckConstraint(sa.column("amount", ExactDecimal(18, 2)) >= Decimal("-1000000000000.50"), name="least"),
)
UTC = datetime.UTC


@pytest.fixture
def connection(database_url):
    engine = create_engine(database_url)
    with engine.connect() as connection:
        METADATA.create_all(connection)
        yield connection
    engine.dispose()


def stored(connection, column, values):
    connection.execute(ROW.delete())
    connection.execute(ROW.insert(), [{column.name: value} for value in values])
    return connection.execute(sa.select(column).order_by(ROW.c.id)).scalars().all()


def test_decimals_come_back_exactly(connection):
    values = [Decimal("0.10"), Decimal("-12.34"), Decimal("9999999999999999.99"), None, Decimal("1E+2"), 7]
    found = stored(connection, ROW.c.amount, values)
    assert found == values
    assert str(found[0]) == "0.10"
    assert all(isinstance(value, Decimal) for value in found if value is not None)


@pytest.mark.parametrize("value", ["0.001", "NaN", "Infinity", "10000000000000000", "-10000000000000000.00", "1E+30"])
def test_a_decimal_that_does_not_fit_is_refused(connection, value):
    with pytest.raises(sa.exc.StatementError) as caught:
        stored(connection, ROW.c.amount, [Decimal(value)])
    assert isinstance(caught.value.orig, ValidationError)


@pytest.mark.parametrize("value", [1.5, "1.5"])
def test_only_exact_numbers_are_decimals(connection, value):
    with pytest.raises(sa.exc.StatementError):
        stored(connection, ROW.c.amount, [value])


def test_a_decimal_column_is_at_most_18_digits_wide():
    with pytest.raises(DefinitionError):
        ExactDecimal(19, 2)
    with pytest.raises(DefinitionError):
        ExactDecimal(2, 3)


def test_totals_of_decimals_are_decimals(connection):
    stored(connection, ROW.c.amount, [Decimal("0.10"), Decimal("0.20"), Decimal("-0.05"), None])
    amount = ROW.c.amount
    row = connection.execute(
        sa.select(sa.func.sum(amount), sa.func.min(amount), sa.func.max(amount), mean(amount))
    ).one()
    assert [str(value) for value in row] == ["0.25", "-0.05", "0.20", "0.08"]
    nothing = connection.execute(sa.select(sa.func.sum(amount), mean(amount)).where(ROW.c.id < 0)).one()
    assert tuple(nothing) == (None, None)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["0.01", "0.02"], "0.02"),
        (["-0.01", "-0.02"], "-0.02"),
        (["0.01", "0.01", "0.02"], "0.01"),
        (["1999999999999999.99"] * 3, "1999999999999999.99"),
    ],
)
def test_means_are_rounded_alike(connection, values, expected):
    stored(connection, ROW.c.amount, [Decimal(value) for value in values])
    assert str(connection.execute(sa.select(mean(ROW.c.amount))).scalar_one()) == expected


def test_decimals_compare_and_add_in_sql(connection):
    stored(connection, ROW.c.amount, [Decimal("1.50"), Decimal("10.00"), Decimal("9.99")])
    amount = ROW.c.amount
    assert connection.execute(sa.select(amount).where(amount > Decimal("9.99"))).scalars().all() == [Decimal("10.00")]
    assert connection.execute(sa.select(amount).where(amount < 2)).scalars().all() == [Decimal("1.50")]
    assert connection.execute(
        sa.select(amount).where(amount.in_([Decimal("9.99"), 10])).order_by(amount)
    ).scalars().all() == [
        Decimal("9.99"),
        Decimal("10.00"),
    ]
    assert connection.execute(sa.select(amount + Decimal("0.25"), -amount).where(amount < 2)).one() == (
        Decimal("1.75"),
        Decimal("-1.50"),
    )


def test_products_of_decimals_are_refused():
    with pytest.raises(sa.exc.ArgumentError):
        ROW.c.amount * 2
    with pytest.raises(sa.exc.ArgumentError):
        ROW.c.amount / ROW.c.amount


def test_a_check_holds_with_decimals(connection):
    with pytest.raises(sa.exc.IntegrityError):
        stored(connection, ROW.c.amount, [Decimal("-1000000000000.51")])


def test_instants_come_back_in_utc(connection):
    summer = datetime.timezone(datetime.timedelta(hours=8))
    values = [
        datetime.datetime(2026, 11, 22, 8, 0, 0, 1, tzinfo=summer),
        datetime.datetime(999, 1, 1, tzinfo=UTC),
        datetime.datetime(2026, 11, 22, tzinfo=UTC),
        None,
    ]
    found = stored(connection, ROW.c.at, values)
    assert found == values
    assert found[0].utcoffset() == datetime.timedelta(0)
    assert found[0].isoformat() == "2026-11-22T00:00:00.000001+00:00"


def test_instants_sort_and_compare_with_microseconds(connection):
    base = datetime.datetime(2026, 1, 1, tzinfo=UTC)
    values = [base + datetime.timedelta(microseconds=offset) for offset in (10, 0, 1_000_000, 9)]
    stored(connection, ROW.c.at, values)
    found = connection.execute(sa.select(ROW.c.at).order_by(ROW.c.at)).scalars().all()
    assert found == sorted(values)
    assert connection.execute(sa.select(sa.func.max(ROW.c.at))).scalar_one() == max(values)
    assert len(connection.execute(sa.select(ROW.c.at).where(ROW.c.at > values[3])).all()) == 2


def test_a_naive_instant_is_refused(connection):
    with pytest.raises(sa.exc.StatementError) as caught:
        stored(connection, ROW.c.at, [datetime.datetime(2026, 1, 1)])
    assert isinstance(caught.value.orig, ValidationError)


def test_json_comes_back_and_none_is_null(connection):
    values = [{"名": [1, 2.5, None, True]}, [], 12, "1e5", 12345678901234567890, None]
    assert stored(connection, ROW.c.data, values) == values
    assert connection.execute(sa.select(sa.func.count()).where(ROW.c.data.is_(None))).scalar_one() == 1


def test_json_is_searched_by_key(connection):
    stored(connection, ROW.c.data, [{"zh": "深圳"}, {"zh": "北京"}])
    text = ROW.c.data["zh"].as_string()
    assert connection.execute(sa.select(text).where(text.like("深%"))).scalars().all() == ["深圳"]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.decimals("-1000", "1000", places=2), st.datetimes(timezones=st.just(UTC))), min_size=1, max_size=5
    )
)
def test_any_decimal_and_instant_survives(connection, rows):
    connection.execute(ROW.delete())
    connection.execute(ROW.insert(), [{"amount": amount, "at": at} for amount, at in rows])
    assert [tuple(row) for row in connection.execute(sa.select(ROW.c.amount, ROW.c.at).order_by(ROW.c.id))] == rows
    assert connection.execute(sa.select(sa.func.sum(ROW.c.amount))).scalar_one() == sum(amount for amount, _at in rows)
