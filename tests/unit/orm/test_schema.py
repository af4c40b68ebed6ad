"""Schema changes on both databases: what is missing is added, nothing that holds data goes, each is one transaction."""

import time
from decimal import Decimal

import pytest
import sqlalchemy as sa

from core.errors import ConflictError, DefinitionError
from core.orm import fields, fuzzy
from core.orm.engine import create_engine
from core.orm.schema import apply_changes, plan_changes
from core.orm.schema.drop import drop_columns, drop_tables, plan_drops
from core.orm.schema.sqlite import schema_transaction
from core.orm.types import ExactDecimal, JsonType, UtcDateTime

NAMING = {
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


@pytest.fixture
def engine(database_url):
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


def customers(*more, required=True, length=50, ondelete="SET NULL", scale=2, unique=True):
    """The tables country, customer and order, where order refers to customer and deletes with it."""
    metadata = sa.MetaData(naming_convention=NAMING)
    sa.Table("country", metadata, sa.Column("id", ID, primary_key=True), sa.Column("name", sa.String(50)))
    table = sa.Table(
        "customer",
        metadata,
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", sa.String(length), nullable=not required),
        sa.Column("country_id", ID, sa.ForeignKey("country.id", ondelete=ondelete)),
        sa.Column("credit", ExactDecimal(12, scale)),
        sa.Column("size", sa.Integer),
        sa.Column("deletion_id", sa.BigInteger),
        sa.Column("name_fuzzy", sa.Text),
        *more,
        sqlite_autoincrement=True,
    )
    fuzzy.fuzzy_indexes(table, "name_fuzzy")
    if unique:
        where = table.c.deletion_id.is_(None)
        sa.Index("uq_customer_name", table.c.name, unique=True, postgresql_where=where, sqlite_where=where)
    sa.Table(
        "order",
        metadata,
        sa.Column("id", ID, primary_key=True),
        sa.Column("customer_id", ID, sa.ForeignKey("customer.id", ondelete="CASCADE"), nullable=False),
        sa.Column("next_id", ID, sa.ForeignKey("order.id", ondelete="SET NULL")),
    )
    return metadata


def fill(engine, metadata):
    table = metadata.tables["customer"]
    with engine.begin() as connection:
        apply_changes(connection, metadata)
        connection.execute(metadata.tables["country"].insert().values(id=1, name="China"))
        for name in ("重庆", "深圳海洋", "gone"):
            values = {"name": name, "name_fuzzy": fuzzy.normalise(name), "country_id": 1, "credit": Decimal("12.50")}
            connection.execute(table.insert().values(**values))
        connection.execute(table.delete().where(table.c.name == "gone"))
        connection.execute(metadata.tables["order"].insert(), [{"customer_id": 1}, {"customer_id": 2}])


def kinds(changes):
    return [(change.kind, change.table, change.name) for change in changes]


def change(engine, metadata):
    """Change the schema as the addon manager does, and check that afterwards nothing is left to change."""
    with schema_transaction(engine) as connection:
        done = apply_changes(connection, metadata)
        assert kinds(plan_changes(connection, metadata)) == []
    return done


def check_untouched(engine, metadata):
    """The rows that refer, the search index and the numbers given are as `fill` left them."""
    table = metadata.tables["customer"]
    with engine.begin() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(metadata.tables["order"])).scalar_one() == 2
        where = fuzzy.sql_condition(engine.dialect.name, table, "name_fuzzy", "customer_name_fts", "深洋")
        found = connection.execute(sa.select(table.c.id, table.c.credit).where(where)).all()
        assert found == [(2, Decimal("12.50"))]
        added = connection.execute(table.insert().values(name="neu", name_fuzzy="n e u | n e u").returning(table.c.id))
        new = added.scalar_one()
        assert new > 3  # the number of the row deleted by fill is not given again
        where = fuzzy.sql_condition(engine.dialect.name, table, "name_fuzzy", "customer_name_fts", "nu")
        assert connection.execute(sa.select(table.c.id).where(where)).scalars().all() == [new]
        with pytest.raises(sa.exc.IntegrityError), connection.begin_nested():
            connection.execute(table.insert().values(name="x", country_id=99))
        connection.execute(table.delete().where(table.c.id == 1))
        assert connection.execute(sa.select(sa.func.count()).select_from(metadata.tables["order"])).scalar_one() == 1


def test_missing_tables_are_created_even_in_circles(engine):
    metadata = sa.MetaData(naming_convention=NAMING)
    for name, other in (("a", "b"), ("b", "a")):
        key = sa.ForeignKey(f"{other}.id")
        sa.Table(name, metadata, sa.Column("id", ID, primary_key=True), sa.Column("other_id", ID, key))
    with engine.begin() as connection:
        assert kinds(plan_changes(connection, metadata)) == [("create_table", "a", ""), ("create_table", "b", "")]
        apply_changes(connection, metadata)
    assert change(engine, metadata) == []
    with pytest.raises(sa.exc.IntegrityError), engine.begin() as connection:
        connection.execute(metadata.tables["a"].insert().values(other_id=5))


def test_an_unchanged_schema_needs_nothing(engine):
    fill(engine, customers())
    assert change(engine, customers()) == []
    check_untouched(engine, customers())


def test_only_tables_asked_for_are_compared(engine):
    metadata = customers()
    with engine.begin() as connection:
        assert kinds(plan_changes(connection, metadata, ["country", "unknown"])) == [("create_table", "country", "")]
        apply_changes(connection, metadata, ["country"])
    assert not sa.inspect(engine).has_table("customer")


def test_columns_are_added_nullable_without_rebuilding(engine):
    fill(engine, customers())
    metadata = customers(
        sa.Column("points", sa.Integer, nullable=False),
        sa.Column("parent_id", ID, sa.ForeignKey("customer.id", ondelete="SET NULL")),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("data", JsonType()),
        sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
    )
    sa.Index("ix_customer_points", metadata.tables["customer"].c.points)
    with engine.begin() as connection:  # on SQLite foreign keys are enforced here
        plan = plan_changes(connection, metadata, count_rows=True)
        assert {change.rows for change in plan} == {2}
        assert str(plan[0].description) == "add column customer.points"
        apply_changes(connection, metadata, changes=plan)
        assert plan_changes(connection, metadata) == []
        table = metadata.tables["customer"]
        assert connection.execute(sa.select(table.c.points, table.c.active)).all() == [(None, True), (None, True)]
        connection.execute(table.update().where(table.c.id == 2).values(parent_id=1))
    check_untouched(engine, metadata)
    with engine.connect() as connection:
        assert connection.execute(sa.select(table.c.parent_id).where(table.c.id == 2)).scalar_one() is None


def test_a_yes_or_no_that_is_younger_than_the_rows_is_the_default(engine):
    fill(engine, customers())
    added = [
        fields.Boolean(),
        fields.Boolean(default=True),
        fields.Boolean(required=True),
        fields.Boolean(default=bool),
    ]
    for number, field in enumerate(added):
        field.bind("customer", f"flag_{number}", "shop", from_extension=number == 0)
    metadata = customers(*(column for field in added for column in field.columns()))
    change(engine, metadata)
    table = metadata.tables["customer"]
    with engine.connect() as connection:
        rows = connection.execute(sa.select(*(table.c[field.name] for field in added))).all()
    assert rows == [(False, True, False, False)] * 2


def test_a_column_of_a_disabled_addon_stays(engine):
    fill(engine, customers(sa.Column("points", sa.Integer)))
    assert change(engine, customers()) == []
    assert "points" in {column["name"] for column in sa.inspect(engine).get_columns("customer")}


def test_a_column_nobody_declares_any_more_may_be_empty(engine):
    old = customers(sa.Column("code", sa.String(5), nullable=False, server_default="x"))
    fill(engine, old)
    assert change(engine, customers()) == []
    strict = sa.MetaData(naming_convention=NAMING)
    sa.Table("thing", strict, sa.Column("id", ID, primary_key=True), sa.Column("code", sa.String(5), nullable=False))
    loose = sa.MetaData(naming_convention=NAMING)
    thing = sa.Table("thing", loose, sa.Column("id", ID, primary_key=True))
    change(engine, strict)
    assert kinds(change(engine, loose)) == [("relax_column", "thing", "code")]
    with engine.begin() as connection:
        connection.execute(thing.insert().values(id=1))


def test_a_required_column_becomes_optional_and_never_the_reverse(engine):
    fill(engine, customers())
    assert kinds(change(engine, customers(required=False))) == [("relax_column", "customer", "name")]
    assert change(engine, customers(required=True)) == []
    with engine.begin() as connection:
        table = customers().tables["country"]
        connection.execute(table.insert().values(id=2))
    check_untouched(engine, customers())


def test_texts_are_widened_and_never_narrowed(engine):
    fill(engine, customers())
    done = change(engine, customers(length=500))
    assert kinds(done) == ([] if engine.dialect.name == "sqlite" else [("widen_column", "customer", "name")])
    assert change(engine, customers(length=10)) == []
    with engine.begin() as connection:
        connection.execute(customers().tables["customer"].insert().values(id=3, name="x" * 400))
        connection.execute(customers().tables["customer"].delete().where(sa.column("id") == 3))


def test_decimals_get_more_digits_and_keep_their_values(engine):
    fill(engine, customers())
    assert kinds(change(engine, customers(scale=4))) == [("widen_column", "customer", "credit")]
    table = customers(scale=4).tables["customer"]
    with engine.connect() as connection:
        assert connection.execute(sa.select(table.c.credit)).scalars().all() == [Decimal("12.5000")] * 2
    check_untouched(engine, customers(scale=4))


def test_decimals_that_would_not_fit_with_more_digits_stop_the_change(engine):
    fill(engine, customers())
    table = customers().tables["customer"]
    with engine.begin() as connection:
        connection.execute(table.insert().values(name="rich", credit=Decimal("9999999999.99")))
    with pytest.raises((DefinitionError, sa.exc.DataError)), schema_transaction(engine) as connection:
        apply_changes(connection, customers(scale=4))
    with engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.max(table.c.credit))).scalar_one() == Decimal("9999999999.99")


@pytest.mark.parametrize("scale", [0])
def test_a_change_that_could_lose_values_is_refused_whole(engine, scale):
    fill(engine, customers())
    metadata = customers(sa.Column("points", sa.Integer), scale=scale)
    with pytest.raises(DefinitionError) as caught, schema_transaction(engine) as connection:
        apply_changes(connection, metadata)
    assert "customer.credit" in str(caught.value)
    assert "points" not in {column["name"] for column in sa.inspect(engine).get_columns("customer")}


def test_checks_come_and_go_and_referring_rows_survive(engine):
    fill(engine, customers())
    metadata = customers(sa.CheckConstraint(sa.column("size") > 0, name="size_min"))
    assert kinds(change(engine, metadata)) == [("add_check", "customer", "ck_customer_size_min")]
    with pytest.raises(sa.exc.IntegrityError), engine.begin() as connection:
        connection.execute(metadata.tables["customer"].insert().values(name="y", size=0))
    assert kinds(change(engine, customers())) == [("drop_check", "customer", "ck_customer_size_min")]
    with engine.connect() as connection:
        connection.execute(metadata.tables["customer"].insert().values(name="y", size=0))
        connection.rollback()
    check_untouched(engine, customers())


def test_what_a_deletion_does_is_changed(engine):
    fill(engine, customers())
    assert kinds(change(engine, customers(ondelete="CASCADE"))) == [("replace_foreign_key", "customer", "country_id")]
    with engine.begin() as connection:
        connection.execute(sa.delete(customers().tables["country"]))
        assert connection.execute(sa.select(customers().tables["order"])).all() == []


def test_a_plain_column_becomes_a_reference(engine):
    fill(engine, customers())
    plain, keyed = sa.Column("boss_id", ID), sa.Column("boss_id", ID, sa.ForeignKey("country.id"))
    change(engine, customers(plain))
    assert kinds(change(engine, customers(keyed))) == [("add_foreign_key", "customer", "boss_id")]
    check_untouched(engine, customers())


def test_unique_rules_come_and_go(engine):
    fill(engine, customers(unique=False))
    assert kinds(change(engine, customers())) == [("add_index", "customer", "uq_customer_name")]
    table = customers().tables["customer"]
    with pytest.raises(sa.exc.IntegrityError), engine.begin() as connection:
        connection.execute(table.insert().values(name="重庆"))
    assert kinds(change(engine, customers(unique=False))) == [("drop_index", "customer", "uq_customer_name")]
    check_untouched(engine, customers())


def test_an_index_with_other_columns_is_replaced(engine):
    fill(engine, customers())
    first, second = customers(), customers()
    for metadata, names in ((first, ["size"]), (second, ["size", "credit"])):
        table = metadata.tables["customer"]
        sa.Index("ix_customer_size", *(table.c[name] for name in names))
    change(engine, first)
    assert kinds(change(engine, second)) == [
        ("drop_index", "customer", "ix_customer_size"),
        ("add_index", "customer", "ix_customer_size"),
    ]


def test_fuzzy_search_is_added_to_a_filled_table(engine):
    plain = sa.MetaData()
    sa.Table("firm", plain, sa.Column("id", ID, primary_key=True), sa.Column("name_fuzzy", sa.Text))
    with engine.begin() as connection:
        apply_changes(connection, plain)
        connection.execute(plain.tables["firm"].insert().values(name_fuzzy=fuzzy.normalise("深圳海洋")))
    metadata = sa.MetaData()
    table = sa.Table("firm", metadata, sa.Column("id", ID, primary_key=True), sa.Column("name_fuzzy", sa.Text))
    fuzzy.fuzzy_indexes(table, "name_fuzzy")
    with engine.begin() as connection:
        assert len(apply_changes(connection, metadata)) == 1
        assert plan_changes(connection, metadata) == []
        where = fuzzy.sql_condition(engine.dialect.name, table, "name_fuzzy", "firm_name_fts", "深洋")
        assert connection.execute(sa.select(table.c.id).where(where)).scalars().all() == [1]
        connection.execute(table.delete())
        assert connection.execute(sa.select(table.c.id).where(where)).scalars().all() == []


def test_a_rebuild_needs_its_own_kind_of_transaction(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'a.db'}")
    fill(engine, customers())
    with engine.begin() as connection:
        assert plan_changes(connection, customers(required=False))[0].is_rebuild
        with pytest.raises(DefinitionError):
            apply_changes(connection, customers(required=False))
        with pytest.raises(DefinitionError):
            drop_tables(connection, ["order"])
    engine.dispose()


def test_a_failed_change_leaves_everything_as_it_was(engine):
    fill(engine, customers())
    metadata = customers(sa.Column("points", sa.Integer), required=False, ondelete="CASCADE")
    sa.Table("extra", metadata, sa.Column("id", ID, primary_key=True))
    with pytest.raises(RuntimeError), schema_transaction(engine) as connection:
        apply_changes(connection, metadata)
        drop_columns(connection, "customer", ["size", "country_id"])
        drop_tables(connection, ["order"])
        raise RuntimeError
    assert not sa.inspect(engine).has_table("extra")
    assert change(engine, customers()) == []
    check_untouched(engine, customers())


def test_foreign_keys_are_checked_before_a_schema_transaction_commits(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'a.db'}")
    fill(engine, customers())
    with pytest.raises(ConflictError, match="order -> customer"), schema_transaction(engine) as connection:
        connection.execute(customers().tables["customer"].delete())
    check_untouched(engine, customers())
    engine.dispose()


def test_columns_are_dropped_with_what_hangs_on_them(engine):
    metadata = customers(
        sa.Column("parent_id", ID, sa.ForeignKey("customer.id")),
        sa.Column("points", sa.Integer),
        sa.Column("note_fuzzy", sa.Text),
        sa.CheckConstraint(sa.column("points") > 0, name="points_min"),
        sa.CheckConstraint(sa.column("size") > 0, name="size_min"),
    )
    table = metadata.tables["customer"]
    fuzzy.fuzzy_indexes(table, "note_fuzzy")
    sa.Index("ix_customer_parent_id", table.c.parent_id)
    where = table.c.points.is_(None)
    sa.Index("ix_customer_partial", table.c.size, postgresql_where=where, sqlite_where=where)
    fill(engine, metadata)
    with schema_transaction(engine) as connection:
        plan = plan_drops(connection, [], {"customer": ["points", "name", "unknown"], "no_table": ["x"]})
        assert [(change.name, change.rows) for change in plan] == [("points", 0), ("name", 2)]
        drop_columns(connection, "customer", ["parent_id", "points", "note_fuzzy", "unknown"])
        drop_columns(connection, "customer", ["unknown"])
    kept = customers(sa.CheckConstraint(sa.column("size") > 0, name="size_min"))
    assert change(engine, kept) == []
    names = {column["name"] for column in sa.inspect(engine).get_columns("customer")}
    assert names == set(kept.tables["customer"].c.keys())
    with pytest.raises(sa.exc.IntegrityError), engine.begin() as connection:
        connection.execute(table.insert().values(name="y", size=0))
    check_untouched(engine, kept)


def test_a_plain_column_is_dropped(engine):
    fill(engine, customers(sa.Column("points", sa.Integer)))
    with schema_transaction(engine) as connection:
        drop_columns(connection, "customer", ["points"])
    assert change(engine, customers()) == []
    check_untouched(engine, customers())


def test_tables_are_dropped_unless_others_refer_to_them(engine):
    fill(engine, customers())
    with pytest.raises(ConflictError, match=r"order\.customer_id"), schema_transaction(engine) as connection:
        drop_tables(connection, ["customer"])
    with schema_transaction(engine) as connection:
        plan = plan_drops(connection, ["order", "customer"], {"customer": ["name"]})
        assert [(change.kind, change.table, change.rows) for change in plan] == [
            ("drop_table", "order", 2),
            ("drop_table", "customer", 2),
        ]
        drop_tables(connection, ["customer", "order", "unknown"])
        drop_tables(connection, ["country"])
    assert sa.inspect(engine).get_table_names() == []
    fill(engine, customers())
    check_untouched(engine, customers())


def test_creating_tables_costs_little_more_than_their_ddl(engine):
    metadata = sa.MetaData()
    for number in range(10):
        sa.Table(
            f"t{number}", metadata, sa.Column("id", ID, primary_key=True), sa.Column("name", sa.String(5), index=True)
        )
    with engine.connect() as connection:
        started = time.perf_counter()
        metadata.create_all(connection, checkfirst=False)
        bare = time.perf_counter() - started
        connection.rollback()
        started = time.perf_counter()
        apply_changes(connection, metadata)
        ours = time.perf_counter() - started
    assert ours - bare < 0.5  # 0.02 s measured; the rest is for a busy machine
