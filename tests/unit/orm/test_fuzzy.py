"""Fuzzy search (CORE-40): typed characters in order, not adjacent, by pinyin initials too; SQL and Python agree."""

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.orm import fuzzy
from core.orm.engine import create_engine

METADATA = sa.MetaData()
FIRM = sa.Table(
    "firm",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(200)),
    sa.Column("name_fuzzy", sa.Text),
)
fuzzy.fuzzy_indexes(FIRM, "name_fuzzy")
FTS = fuzzy.fts_name("firm", "name_fuzzy")
DEEP_SEA = "深圳海洋科技有限公司"


@pytest.fixture
def connection(database_url):
    engine = create_engine(database_url)
    with engine.connect() as connection:
        METADATA.create_all(connection)
        yield connection
    engine.dispose()


def add(connection, *names):
    rows = [{"name": name, "name_fuzzy": None if name is None else fuzzy.normalise(name)} for name in names]
    connection.execute(FIRM.insert(), rows)


def found(connection, typed, condition=fuzzy.sql_condition):
    where = condition(connection.dialect.name, FIRM, "name_fuzzy", FTS, typed)
    return connection.execute(sa.select(FIRM.c.name).where(where).order_by(FIRM.c.id)).scalars().all()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("深圳", "深 圳 | s z"),
        ("Ａ B\tc｜d", "a b c d | a b c d"),
        ("重庆银行长沙", "重 庆 银 行 长 沙 | c q y h c s"),
        ("ΑΣ", "α σ | α σ"),
        ("", ""),
        (" \u200b|", ""),
    ],
)
def test_texts_are_normalised(text, expected):
    assert fuzzy.normalise(text) == expected


@pytest.mark.rows("CORE-40")
@pytest.mark.parametrize(
    "typed",
    ["深海科", "深 海 科", "szhy", "SZHY", "skyx", "ｓｚ", "深圳海洋科技有限公司", "公司", "", " "],
)
def test_what_finds_the_deep_sea_company(connection, typed):
    add(connection, "北京银行", DEEP_SEA)
    assert DEEP_SEA in found(connection, typed)
    assert fuzzy.match(DEEP_SEA, typed)


@pytest.mark.rows("CORE-40")
@pytest.mark.parametrize(
    "typed", ["科海深", "hysz", "深海x", "深海科深", "zszz", "|", "%", "_", "深%科", "深s", '"', "'", "*", "😀"]
)
def test_what_does_not_find_it(connection, typed):
    add(connection, DEEP_SEA)
    expected = fuzzy.match(DEEP_SEA, typed)
    assert expected is (typed == "|")
    assert found(connection, typed) == ([DEEP_SEA] if expected else [])


def test_initials_are_not_found_across_the_bar(connection):
    add(connection, "科技ab")
    assert found(connection, "abk") == []
    assert not fuzzy.match("科技ab", "abk")
    assert found(connection, "kab") == ["科技ab"]


@pytest.mark.parametrize(
    "name",
    ["A&B (中国) 100%", "a_b/c\\d", 'say "hi" AND OR NOT', "café Ünal", "Привет", "𠮷野家", "😀👍", "ไทย", "x*y^z:w"],
)
def test_any_characters_are_found(connection, name):
    add(connection, "other", name)
    assert found(connection, name) == [name]
    assert found(connection, name, fuzzy.sql_substring) == [name]
    assert fuzzy.match(name, name)
    assert fuzzy.contains(name, name)


def test_substrings_are_adjacent(connection):
    add(connection, DEEP_SEA, "Acme Ltd", None)
    assert found(connection, "海洋科", fuzzy.sql_substring) == [DEEP_SEA]
    assert found(connection, "深海", fuzzy.sql_substring) == []
    assert found(connection, "sz", fuzzy.sql_substring) == []
    assert found(connection, "ME L", fuzzy.sql_substring) == ["Acme Ltd"]
    assert len(found(connection, "", fuzzy.sql_substring)) == 3
    assert fuzzy.contains(DEEP_SEA, "海洋科")
    assert not fuzzy.contains(None, "a")


def test_the_index_follows_changes(connection):
    add(connection, DEEP_SEA, None)
    connection.execute(FIRM.update().where(FIRM.c.id == 2).values(name="重庆", name_fuzzy=fuzzy.normalise("重庆")))
    assert found(connection, "重庆") == ["重庆"]
    connection.execute(FIRM.update().where(FIRM.c.id == 1).values(name="上海", name_fuzzy=fuzzy.normalise("上海")))
    assert found(connection, "深") == []
    assert found(connection, "海") == ["上海"]
    connection.execute(FIRM.delete().where(FIRM.c.id == 1))
    assert found(connection, "海") == []
    add(connection, "海")
    assert found(connection, "海") == ["海"]


def test_the_index_rolls_back(connection):
    add(connection, "重庆")
    connection.commit()
    add(connection, DEEP_SEA)
    connection.rollback()
    assert found(connection, "深海") == []
    assert found(connection, "重庆") == ["重庆"]


def test_aliases_are_searched(connection):
    add(connection, DEEP_SEA)
    other = FIRM.alias("other")
    where = fuzzy.sql_condition(connection.dialect.name, other, "name_fuzzy", FTS, "深科")
    assert connection.execute(sa.select(other.c.name).where(where)).scalars().all() == [DEEP_SEA]


def test_a_prefilter_changes_no_answer(connection):
    add(connection, DEEP_SEA, "Acme Ltd")
    for typed in ("海洋", "cme l", "&"):
        prefilter = fuzzy.sql_prefilter(connection.dialect.name, FIRM, "name_fuzzy", FTS, typed)
        plain = FIRM.c.name.ilike(f"%{typed}%")
        both = plain if prefilter is None else sa.and_(prefilter, plain)
        ids = [connection.execute(sa.select(FIRM.c.id).where(where)).scalars().all() for where in (plain, both)]
        assert ids[0] == ids[1]


def test_dropping_the_table_drops_its_index(connection):
    METADATA.drop_all(connection)
    assert not sa.inspect(connection).has_table(FTS)
    METADATA.create_all(connection)
    add(connection, "重庆")
    assert found(connection, "重") == ["重庆"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.text("深圳海洋科技重庆aB1 ｂ%_/|\"'é&ß", max_size=8), max_size=5),
    st.text("深圳海洋科技重庆aBsz1 %_/|\"'é&ßc", max_size=3),
)
def test_sql_and_python_agree(connection, names, typed):
    connection.execute(FIRM.delete())
    if names:
        add(connection, *names)
    assert found(connection, typed) == [name for name in names if fuzzy.match(name, typed)]
    assert found(connection, typed, fuzzy.sql_substring) == [name for name in names if fuzzy.contains(name, typed)]
