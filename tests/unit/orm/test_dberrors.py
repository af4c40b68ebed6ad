"""Errors of either database become ours and name model and fields."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from core.errors import ConflictError, CoreError, RetryableError, ValidationError
from core.orm.dberrors import referring, translate
from core.orm.engine import create_engine
from core.orm.types import ExactDecimal

METADATA = sa.MetaData(
    naming_convention={"ck": "ck_%(table_name)s_%(constraint_name)s", "fk": "fk_%(table_name)s_%(column_0_name)s"}
)
CUSTOMER = sa.Table(
    "crm_customer",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(20), nullable=False),
    sa.Column("code", sa.String(10)),
    sa.Column("size", sa.BigInteger),
    sa.Column("credit", ExactDecimal(10, 2)),
    sa.Column("mail", sa.String(20)),
    sa.Column("deletion_id", sa.Integer),
)
CUSTOMER.append_constraint(sa.CheckConstraint(CUSTOMER.c.size > 0, name="size_min"))
sa.Index(
    "uq_crm_customer_code",
    CUSTOMER.c.code,
    CUSTOMER.c.name,
    unique=True,
    sqlite_where=CUSTOMER.c.deletion_id.is_(None),
    postgresql_where=CUSTOMER.c.deletion_id.is_(None),
)
sa.Index("uq_crm_customer_mail", sa.func.lower(CUSTOMER.c.mail), unique=True)
ORDER = sa.Table(
    "crm_order",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("customer_id", sa.Integer, sa.ForeignKey("crm_customer.id", ondelete="RESTRICT")),
)


def info(model, title, table, **columns):
    fields = {key: SimpleNamespace(name=key, label=text, column=column) for key, (text, column) in columns.items()}
    return SimpleNamespace(name=model, label=title, table=table, fields=fields)


REGISTRY = SimpleNamespace(
    metadata=METADATA,
    models={
        "crm.customer": info(
            "crm.customer",
            "Customer",
            CUSTOMER,
            name=("Name", "name"),
            code=("Code", "code"),
            size=("Size", "size"),
            mail=("E-mail", "mail"),
            credit=("Credit", "credit"),
        ),
        "crm.order": info("crm.order", "Order", ORDER, customer=("Customer", "customer_id"), lines=("Lines", None)),
    },
)


@pytest.fixture
def connection(database_url):
    engine = create_engine(database_url)
    with engine.connect() as connection:
        METADATA.create_all(connection)
        connection.execute(CUSTOMER.insert().values(name="Anna", code="A", mail="a@b"))
        connection.execute(ORDER.insert().values(customer_id=1))
        connection.commit()
        yield connection
    engine.dispose()


def failure(connection, statement, registry=REGISTRY):
    with pytest.raises((sa.exc.StatementError, OverflowError, ValueError)) as caught:
        connection.execute(statement)
    return translate(caught.value, registry)


def test_a_value_that_is_taken(connection):
    error = failure(connection, CUSTOMER.insert().values(name="Anna", code="A"))
    assert isinstance(error, ValidationError)
    assert error.code == "validation.unique"
    assert (error.where.model, error.where.field) == ("crm.customer", "code")
    assert str(error.message) == 'Customer: there is another record with the same "Code, Name".'


def test_a_unique_expression(connection):
    error = failure(connection, CUSTOMER.insert().values(name="Bob", mail="A@B"))
    assert (error.code, error.where.model, error.field) == ("validation.unique", "crm.customer", "mail")


def test_a_missing_value(connection):
    error = failure(connection, CUSTOMER.insert().values(code="B"))
    assert (error.code, error.where.model, error.field) == ("validation.required", "crm.customer", "name")


def test_a_broken_check(connection):
    error = failure(connection, CUSTOMER.insert().values(name="B", size=0))
    assert (error.code, error.where.model, error.field) == ("validation.check", "crm.customer", "size")


def test_a_record_that_does_not_exist(connection):
    error = failure(connection, ORDER.insert().values(customer_id=99))
    assert (error.code, error.where.model) == ("validation.missing_record", "crm.order")
    assert isinstance(error, ValidationError)
    if connection.dialect.name == "postgresql":
        assert error.field == "customer"


def test_a_record_that_is_still_in_use(connection):
    error = failure(connection, CUSTOMER.delete().where(CUSTOMER.c.id == 1))
    assert isinstance(error, ConflictError)
    assert error.code == "conflict.in_use"
    assert "Order" in str(error.message)


@pytest.mark.parametrize("values", [{"size": 2**70}, {"credit": Decimal("1e12")}, {"credit": Decimal("0.001")}])
def test_a_value_that_does_not_fit(connection, values):
    error = failure(connection, CUSTOMER.insert().values(name="B", **values))
    assert (type(error), error.code) == (ValidationError, "validation.range")


def test_a_text_too_long_for_postgresql(create_postgres_database):
    engine = create_engine(create_postgres_database())
    with engine.connect() as connection:
        METADATA.create_all(connection)
        connection.commit()
        for name in ("x" * 30, "a\0b"):
            error = failure(connection, CUSTOMER.insert().values(name=name))
            connection.rollback()
            assert error.code == "validation.range"
    engine.dispose()


def test_names_are_optional(connection):
    error = failure(connection, CUSTOMER.insert().values(name="Anna", code="A"), registry=None)
    assert error.code == "validation.unique"
    assert error.where.model is None


def test_a_version_that_is_out_of_date():
    error = translate(StaleDataError("1 row expected"))
    assert (type(error), error.code) == (RetryableError, "conflict.version")


def test_our_own_errors_pass():
    error = RetryableError("busy")
    assert translate(error) is error


def test_what_nobody_expects_keeps_its_kind_for_the_log(connection):
    error = failure(connection, sa.text("SELECT nonsense FROM"))
    assert (type(error), error.code) == (CoreError, "database")
    assert "nonsense" not in str(error)


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("SELECT id FROM nowhere", "nowhere"),
        ("SELECT crm_customer.colour FROM crm_customer", "crm_customer.colour"),
        ("INSERT INTO crm_customer (name, colour) VALUES ('B', 'red')", "colour"),
    ],
)
def test_a_table_or_column_that_is_missing_names_the_upgrade(connection, statement, name):
    error = failure(connection, sa.text(statement))
    assert (type(error), error.code) == (CoreError, "database.schema")
    assert name in str(error.message) and "tangram addons upgrade" in str(error.hint)


@pytest.mark.parametrize("state", ["40001", "40P01", "55P03"])
def test_concurrency_may_be_retried(state):
    original = Exception("refused")
    original.sqlstate = state
    assert isinstance(translate(sa.exc.OperationalError("UPDATE t", {}, original)), RetryableError)


def test_who_refers_with_restrict():
    assert referring(METADATA.tables.values(), "crm_customer") == [("crm_order", "customer_id")]
