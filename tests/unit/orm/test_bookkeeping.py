"""The tables that exist before any registry."""

import datetime

import pytest

from core.orm import bookkeeping
from core.orm.bookkeeping import TABLE_ITSELF, AddonState, Xid
from core.orm.engine import create_engine

NOW = datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)


@pytest.fixture
def connection(database_url):
    engine = create_engine(database_url)
    with engine.connect() as connection:
        assert not bookkeeping.exists(connection)
        bookkeeping.ensure(connection)
        yield connection
    engine.dispose()


def test_preparing_twice_changes_nothing(connection):
    bookkeeping.bump_sequence(connection)
    bookkeeping.ensure(connection)
    assert bookkeeping.exists(connection)
    assert bookkeeping.sequence(connection) == 2


def test_the_sequence_grows_and_rolls_back(connection):
    connection.commit()
    assert bookkeeping.bump_sequence(connection) == 2
    connection.rollback()
    assert bookkeeping.sequence(connection) == 1


def test_addons_are_remembered(connection):
    state = AddonState("crm_base", "1.0.0", "enabled", NOW, {"tables": ["客户"]})
    bookkeeping.write_addon(connection, state)
    bookkeeping.write_addon(connection, AddonState("crm_sales", "1.0.0", "disabled"))
    assert bookkeeping.addon_states(connection)["crm_base"] == state
    bookkeeping.write_addon(connection, AddonState("crm_base", "2.0.0", "disabled", NOW))
    assert list(bookkeeping.addon_states(connection)) == ["crm_base", "crm_sales"]
    assert bookkeeping.addon_states(connection)["crm_base"].version == "2.0.0"


def test_external_ids_are_written_found_and_forgotten(connection):
    many = [Xid("crm_base", f"level_{number}", "crm.level", number, "abc") for number in range(1200)]
    bookkeeping.write_xids(connection, many)
    bookkeeping.write_xids(connection, [Xid("crm_base", "level_1", "crm.level", 1, "def", True)])
    bookkeeping.write_xids(connection, [])
    assert bookkeeping.find_xid(connection, "crm_base", "level_1") == Xid(
        "crm_base", "level_1", "crm.level", 1, "def", True
    )
    assert bookkeeping.find_xid(connection, "crm_base", "level_x") is None
    assert len(bookkeeping.xids_of_addon(connection, "crm_base")) == 1200
    found = bookkeeping.xids_of_records(connection, "crm.level", range(2000))
    assert len(found) == 1200
    assert str(found[7][0]) == "crm_base.level_7"
    bookkeeping.forget_records(connection, "crm.level", range(600))
    bookkeeping.forget_xids(connection, "crm_base", [f"level_{number}" for number in range(1199)])
    assert list(bookkeeping.xids_of_addon(connection, "crm_base")) == ["level_1199"]


def test_ownership_of_tables_and_columns(connection):
    bookkeeping.own(connection, "crm_base", "crm_customer", [TABLE_ITSELF, "id", "name"])
    bookkeeping.own(connection, "crm_loyalty", "crm_customer", ["points", "name"])
    assert bookkeeping.owned_by(connection, "crm_base") == {"crm_customer": [TABLE_ITSELF, "id"]}
    assert bookkeeping.owners(connection)["crm_customer", "name"] == "crm_loyalty"
    bookkeeping.disown(connection, "crm_customer", ["points"])
    assert bookkeeping.owned_by(connection, "crm_loyalty") == {"crm_customer": ["name"]}
    bookkeeping.disown(connection, "crm_customer")
    assert bookkeeping.owners(connection) == {}


def test_a_forgotten_addon_leaves_nothing(connection):
    bookkeeping.write_addon(connection, AddonState("a", "1", "enabled"))
    bookkeeping.write_xids(connection, [Xid("a", "x", "m", 1), Xid("b", "x", "m", 2)])
    bookkeeping.own(connection, "a", "t")
    bookkeeping.forget_addon(connection, "a")
    assert bookkeeping.addon_states(connection) == bookkeeping.owners(connection) == {}
    assert bookkeeping.xids_of_addon(connection, "a") == {}
    assert len(bookkeeping.xids_of_addon(connection, "b")) == 1
