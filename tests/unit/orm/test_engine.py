"""Engines: both databases behave alike, readers never wait, URLs are understood."""

import json
import threading

import pytest
import sqlalchemy as sa

from core.errors import ConfigError, RetryableError
from core.orm.dberrors import translate
from core.orm.engine import READONLY, SQL_LOWER, create_engine, dump_json, hide_password, parse_url

METADATA = sa.MetaData()
ITEM = sa.Table("item", METADATA, sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(20)))


@pytest.fixture
def engine(database_url):
    engine = create_engine(database_url, lock_timeout_s=0.05)
    with engine.begin() as connection:
        METADATA.create_all(connection)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_way_to_write_postgresql_means_psycopg(scheme):
    assert parse_url(f"{scheme}://u@h/d").drivername == "postgresql+psycopg"


@pytest.mark.parametrize("url", ["mysql://u@h/d", "no url", "", "postgresql+asyncpg://u@h/d"])
def test_other_databases_are_refused(url):
    with pytest.raises(ConfigError):
        create_engine(url)


def test_a_password_is_hidden():
    assert "secret" not in hide_password("postgresql://me:secret@host/name")
    assert "secret" not in hide_password("postgresql://me:secret@host:port/name")


def test_json_is_compact_and_readable_and_refuses_nan():
    assert dump_json({"名": [1, None]}) == '{"名":[1,null]}'
    with pytest.raises(ValueError, match="JSON"):
        dump_json(float("nan"))
    assert json.loads(dump_json("\u2028")) == "\u2028"


def test_schema_changes_roll_back(engine):
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE other (id INTEGER PRIMARY KEY)")
        connection.rollback()
    assert not sa.inspect(engine).has_table("other")


def test_like_is_sensitive_to_case(engine):
    with engine.begin() as connection:
        connection.execute(ITEM.insert(), [{"name": "Anna"}, {"name": "anna"}])
        assert connection.execute(sa.select(ITEM.c.name).where(ITEM.c.name.like("A%"))).scalars().all() == ["Anna"]
        assert len(connection.execute(sa.select(ITEM.c.name).where(ITEM.c.name.ilike("A%"))).all()) == 2


def test_a_reader_does_not_wait_for_a_writer(engine):
    with engine.begin() as writer:
        writer.execute(ITEM.insert().values(name="new"))
        with engine.connect().execution_options(**{READONLY: True}) as reader:
            assert reader.execute(sa.select(sa.func.count()).select_from(ITEM)).scalar_one() == 0


def test_a_writer_that_waits_too_long_may_try_again(engine):
    with engine.begin() as first:
        first.execute(ITEM.insert().values(id=1, name="a"))
        with pytest.raises(sa.exc.OperationalError) as caught, engine.begin() as second:
            second.execute(ITEM.insert().values(id=1, name="b"))
    assert isinstance(translate(caught.value), RetryableError)
    with engine.begin() as third:
        assert third.execute(sa.select(ITEM.c.name)).scalars().all() == ["a"]


def test_two_writers_follow_each_other(database_url):
    engine = create_engine(database_url)
    with engine.begin() as connection:
        METADATA.create_all(connection)
        connection.execute(ITEM.insert().values(id=1, name="0"))

    def raise_it():
        for _ in range(20):
            with engine.begin() as connection:
                number = connection.execute(sa.select(ITEM.c.name).with_for_update()).scalar_one()
                connection.execute(ITEM.update().values(name=str(int(number) + 1)))

    threads = [threading.Thread(target=raise_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.connect() as connection:
        assert connection.execute(sa.select(ITEM.c.name)).scalar_one() == "80"
    engine.dispose()


def test_sqlite_is_set_up(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'a.db'}")
    with engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
        assert connection.execute(sa.select(sa.func.tangram_lower("ÄÖ"))).scalar() == "äö"
        assert connection.execute(sa.select(getattr(sa.func, SQL_LOWER)(sa.null()))).scalar() is None
    engine.dispose()
    assert settings == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 30000, "synchronous": 1}


def test_an_in_memory_database_works():
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        METADATA.create_all(connection)
    with engine.connect() as connection:
        assert connection.execute(sa.select(ITEM)).all() == []
    engine.dispose()


def test_postgresql_is_set_up(create_postgres_database):
    engine = create_engine(create_postgres_database())
    with engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"SHOW {name}").scalar()
            for name in ("timezone", "lock_timeout", "transaction_isolation", "plan_cache_mode")
        }
    engine.dispose()
    assert settings == {
        "timezone": "UTC",
        "lock_timeout": "30s",
        "transaction_isolation": "read committed",
        "plan_cache_mode": "force_custom_plan",
    }
