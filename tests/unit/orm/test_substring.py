"""Search for a part of a text by an index (CORE-38): the index changes no answer, and the database comes to it by itself."""

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.orm import fts, substring
from core.orm.domain import sql
from core.orm.domain.text import LikePattern
from core.orm.engine import create_engine
from core.orm.schema import apply_changes, plan_changes
from core.orm.schema.drop import drop_columns
from core.orm.schema.sqlite import schema_transaction


def firms(*, indexed: bool = True) -> tuple[sa.MetaData, sa.Table]:
    metadata = sa.MetaData()
    id_column = sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True)
    table = sa.Table("firm", metadata, id_column, sa.Column("phone", sa.String(200)))
    if indexed:
        substring.substring_indexes(table, "phone")
    return metadata, table


@pytest.fixture
def engine(database_url):
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


def found(connection, table, typed):
    pattern = LikePattern.typed(typed).folded()
    where = sql.fits_folded(table.c.phone, pattern)
    if connection.dialect.name == "sqlite":
        narrowed = substring.prefilter(table, substring.fts_name("firm", "phone"), pattern)
        where = where if narrowed is None else sa.and_(narrowed, where)
    return connection.scalars(sa.select(table.c.phone).where(where).order_by(table.c.id)).all()


@pytest.mark.rows("CORE-38")
def test_the_index_changes_no_answer(engine, campaign):
    metadata, table = firms()
    letters = st.text('aAbB1iİıkK\u212aßéÉ深圳"%_- ', max_size=12)

    @settings(max_examples=campaign(40, 4000), deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(letters, min_size=1, max_size=6), letters)
    def check(texts, typed):
        with engine.connect() as connection:
            connection.execute(table.delete())
            connection.execute(table.insert(), [{"phone": text} for text in texts])
            for asked in (typed, *(text[1:6] for text in texts)):
                pattern = LikePattern.typed(asked).folded()
                plain = sa.select(table.c.phone).where(sql.fits_folded(table.c.phone, pattern)).order_by(table.c.id)
                assert found(connection, table, asked) == connection.scalars(plain).all(), asked
            connection.rollback()

    with schema_transaction(engine) as connection:
        apply_changes(connection, metadata)
    check()


def test_an_older_table_gets_its_index_with_the_upgrade_and_keeps_it_true(engine):
    plain, table = firms(indexed=False)
    with schema_transaction(engine) as connection:
        apply_changes(connection, plain)
        connection.execute(table.insert(), [{"phone": "13812345678"}, {"phone": "02112345678"}, {"phone": None}])
    metadata, table = firms()
    with schema_transaction(engine) as connection:
        planned = plan_changes(connection, metadata)
        assert [step.kind for step in planned] == ["add_fuzzy" if engine.dialect.name == "sqlite" else "add_index"]
        assert not any(step.is_rebuild for step in planned)
        apply_changes(connection, metadata)
        assert plan_changes(connection, metadata) == []
    with engine.begin() as connection:
        assert found(connection, table, "1381") == ["13812345678"]
        connection.execute(table.update().where(table.c.phone == "13812345678").values(phone="99912345678"))
        connection.execute(table.delete().where(table.c.phone == "02112345678"))
        connection.execute(table.insert().values(phone="ANDY-1381"))
        assert found(connection, table, "1381") == ["ANDY-1381"]
        assert found(connection, table, "andy") == ["ANDY-1381"]
        assert found(connection, table, "234") == ["99912345678"]
        if connection.dialect.name == "sqlite":
            assert substring.fts_name("firm", "phone") in fts.existing_tables(connection)
            check = sa.text("INSERT INTO firm_phone_trigram_fts (firm_phone_trigram_fts) VALUES ('integrity-check')")
            connection.execute(check)
    with schema_transaction(engine) as connection:
        drop_columns(connection, "firm", ["phone"])
        assert not fts.existing_tables(connection)


def test_three_characters_are_looked_up_by_the_index(engine):
    metadata, table = firms()
    with schema_transaction(engine) as connection:
        apply_changes(connection, metadata)
        connection.execute(table.insert(), [{"phone": f"{number:011}"} for number in range(3000)])
    seen = []
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        sa.event.listen(connection, "before_cursor_execute", lambda *arguments: seen.append(arguments[2:4]))
        assert found(connection, table, "02999") == ["00000002999"]
        statement, parameters = seen[0]
        how = "EXPLAIN" if engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
        plan = str(connection.exec_driver_sql(f"{how} {statement}", parameters).all())
    assert ("ix_firm_phone_trigram" if engine.dialect.name == "postgresql" else "VIRTUAL TABLE INDEX") in plan


def test_without_the_right_to_create_the_extension_all_is_as_before(create_postgres_database):
    engine = create_engine(create_postgres_database())
    metadata, table = firms()
    with engine.connect() as connection, connection.begin() as transaction:
        if substring.is_usable(connection):
            connection.execute(sa.text("DROP EXTENSION pg_trgm"))
        connection.execute(sa.text("CREATE ROLE tangram_guest"))
        connection.execute(sa.text("GRANT ALL ON SCHEMA public TO tangram_guest"))
        connection.execute(sa.text("SET LOCAL ROLE tangram_guest"))
        assert not substring.is_possible(connection)
        assert not substring.ensure(connection)
        apply_changes(connection, metadata)
        assert plan_changes(connection, metadata) == []
        connection.execute(table.insert().values(phone="13812345678"))
        assert found(connection, table, "381") == ["13812345678"]
        transaction.rollback()
    engine.dispose()
