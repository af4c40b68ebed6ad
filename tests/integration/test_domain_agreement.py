"""A domain gives the same records by SQL and by Python, on both databases (issue 2)."""

from __future__ import annotations

import datetime
import decimal
import itertools
import random
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import DomainError
from core.orm import bookkeeping, decorators, fields
from core.orm.database import Database
from core.orm.domain import MAX_DEPTH, compile_domain, condition_on, evaluate, matcher, parse
from core.orm.domain.parse import MAX_CONDITIONS
from core.orm.environment import Environment
from core.orm.fuzzy import normalise
from core.orm.jointree import JoinTree
from core.orm.model import Model
from core.orm.registry import Registry

NOW = datetime.datetime(2026, 3, 31, 20, 30, tzinfo=datetime.UTC)
"""In Shanghai already 1 April, so that days of the two zones differ."""


class User(Model):
    """Somebody."""

    _name = "core.user"
    name = fields.Char()


class Country(Model):
    """A country."""

    _name = "test.country"
    name = fields.Char()
    title = fields.Char(translate=True)


class Category(Model):
    """A tree."""

    _name = "test.category"
    name = fields.Char()
    parent = fields.Many2one("test.category")


class Tag(Model):
    """A tag."""

    _name = "test.tag"
    name = fields.Char()
    category = fields.Many2one("test.category")


class Customer(Model):
    """All kinds of fields."""

    _name = "test.customer"
    name = fields.Char(index="fuzzy")
    note = fields.Text()
    title = fields.Char(translate=True)
    state = fields.Selection({"new": "New", "old": "Old"})
    active = fields.Boolean()
    score = fields.Integer(min=-1000)
    rate = fields.Float()
    weight = fields.Decimal()
    amount = fields.Money()
    born = fields.Date()
    seen = fields.Datetime()
    data = fields.Json()
    subject = fields.Reference()
    country = fields.Many2one("test.country")
    category = fields.Many2one("test.category")
    owner = fields.Many2one("core.user")
    tags = fields.Many2many("test.tag")
    orders = fields.One2many("test.order", "customer")
    country_name = fields.Char(related="country.name")
    half = fields.Integer(compute="_compute_half")

    @decorators.depends("score")
    def _compute_half(self):
        self.half = (self.score or 0) // 2


class Order(Model):
    """Lines of a customer."""

    _name = "test.order"
    number = fields.Char()
    total = fields.Money()
    customer = fields.Many2one("test.customer")
    delivery = fields.Many2one("test.country")
    tags = fields.Many2many("test.tag")


class Settings:
    language = "en"
    timezone = "Asia/Shanghai"


TEXTS = [
    None,
    "",
    "a",
    "A",
    "ab",
    "aXb",
    "100%",
    "a_b",
    "aab",
    "[x]*?",
    "ÄÖ",
    "äö",
    "İi",
    "\u212alein",
    "深圳海洋科技有限公司",
    "重庆 A!",
    "Σας",
    "'",
]
TYPED = [text for text in TEXTS if text] + [
    "%a%",
    "a%",
    "%",
    "k",
    "i",
    "_",
    "x",
    "深海科",
    "szhy",
    "海洋",
    "ä",
    " ",
    "A%B",
    "aa%",
    "!",
    "\\",
]
NUMBERS = [None, -1, 0, 1, 2, 7, 1000]
DECIMALS = [None, "-1.5", "0", "0.01", "0.1", "2", "999999.99"]
DAYS = [
    None,
    *(
        datetime.date(2026, 4, 1) + datetime.timedelta(days=days)
        for days in (-400, -90, -31, -7, -1, 0, 1, 6, 30, 90, 365)
    ),
]
TIMES = [None, *(NOW + datetime.timedelta(hours=hours) for hours in (-2000, -48, -21, -5, -4, 0, 3, 4, 20, 100, 9000))]


def fill(env: Environment) -> None:
    """Write rows past all rules, with every combination of None, deleted and dangling."""
    chance = random.Random(7)
    pick = chance.choice
    tables = {name: info.table for name, info in env.registry.models.items()}
    common = {"version": 1}

    def insert(model: str, rows: list[dict[str, Any]]) -> None:
        env.connection.execute(sa.insert(tables[model]), [{**common, "deletion_id": None, **row} for row in rows])

    insert("core.user", [{"id": number, "name": f"user {number}"} for number in (1, 2, 3)])
    insert(
        "test.country",
        [
            {
                "id": number,
                "name": name,
                "title": f"T{number}",
                "title_i18n": other,
                "deletion_id": 1 if number == 3 else None,
            }
            for number, name, other in ((1, "China", {"zh_CN": "中国"}), (2, None, None), (3, "a", {"de": "x"}))
        ],
    )
    insert(
        "test.category",
        [
            {"id": number, "name": f"c{number}", "parent_id": parent}
            for number, parent in ((1, None), (2, 1), (3, 2), (4, None), (5, 2))
        ],
    )
    env.connection.execute(
        sa.update(tables["test.category"]).values(parent_id=6 - 2).where(tables["test.category"].c.id == 4)
    )
    insert(
        "test.tag",
        [
            {"id": n, "name": pick(TEXTS), "category_id": pick([None, 1, 3]), "deletion_id": 1 if n == 3 else None}
            for n in (1, 2, 3, 4)
        ],
    )
    customers = []
    for number in range(1, 61):
        name = pick(TEXTS)
        customers.append(
            {
                "id": number,
                "name": name,
                "name_fuzzy": None if name is None else normalise(name),
                "note": pick(TEXTS),
                "title": pick(TEXTS),
                "title_i18n": pick([None, {}, {"zh_CN": "海"}, {"zh_CN": ""}, {"de": "a"}]),
                "state": pick([None, "new", "old"]),
                "active": pick([True, False]),
                "score": pick(NUMBERS),
                "rate": pick([None, -0.5, 0.0, 1.0, 2.5]),
                "weight": number_of(pick(DECIMALS)),
                "amount": number_of(pick(DECIMALS)),
                "born": pick(DAYS),
                "seen": pick(TIMES),
                "data": pick([None, {}, {"a": 1}, "", "x", 0, []]),
                "subject_model": (model := pick([None, "test.tag", "test.country"])),
                "subject_id": None if model is None else pick([1, 2]),
                "country_id": pick([None, 1, 2, 3]),
                "category_id": pick([None, 1, 2, 3, 4, 5]),
                "owner_id": pick([None, 2, 3]),
            }
        )
    insert("test.customer", customers)
    insert(
        "test.order",
        [
            {
                "id": number,
                "number": pick(TEXTS),
                "total": number_of(pick(DECIMALS)),
                "customer_id": pick([None, *range(1, 31)]),
                "delivery_id": pick([None, 1, 2]),
                "deletion_id": pick([None, None, None, 1]),
            }
            for number in range(1, 71)
        ],
    )
    for model, count in (("test.customer", 60), ("test.order", 70)):
        field = env.registry[model].fields["tags"]
        left, right = field.relation_columns
        links = [
            {left: row, right: tag}
            for row in range(1, count + 1)
            for tag in chance.sample([1, 2, 3, 4], chance.randint(0, 2))
        ]
        env.connection.execute(sa.insert(field.relation_table), links)


def number_of(text: str | None) -> decimal.Decimal | None:
    return None if text is None else decimal.Decimal(text)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request, tmp_path_factory, database_names) -> Iterator[Database]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('domain') / 'test.db'}"
        drop = lambda: None  # noqa: E731
    else:
        client = request.getfixturevalue("postgres")
        name = next(database_names)
        url = client.create_database(name)
        drop = lambda: client.drop_database(name)  # noqa: E731
    registry = Registry([("test", [User, Country, Category, Tag, Customer, Order])])
    made = Database("test", url, lambda *_args: registry, settings=Settings(), clock=lambda: NOW)
    made.use(registry)
    with made.engine.begin() as connection:
        bookkeeping.ensure(connection)
        registry.metadata.create_all(connection)
    with made.transaction() as env:
        fill(env)
    yield made
    made.engine.dispose()
    drop()


@pytest.fixture(scope="module", params=["en", "zh_CN"])
def env(request, database) -> Iterator[Environment]:
    with database.transaction(lang=request.param) as made:
        yield made


def by_sql(env: Environment, domain: Any, *, two_valued: bool = False) -> list[int]:
    info = env.registry["test.customer"]
    tree = JoinTree(env.registry, info)
    condition = compile_domain(domain, tree, env, two_valued=two_valued)
    return list(
        env.connection.execute(
            tree.apply(sa.select(info.table.c.id)).where(condition).order_by(info.table.c.id)
        ).scalars()
    )


def by_sql_alone(env: Environment, domain: Any) -> list[int]:
    info = env.registry["test.customer"]
    rows = info.table.alias()
    condition = condition_on(domain, env.registry, info, rows, env)
    return list(env.connection.execute(sa.select(rows.c.id).where(condition).order_by(rows.c.id)).scalars())


def all_records(env: Environment) -> list[Any]:
    info = env.registry["test.customer"]
    return list(env.session.execute(sa.select(info.cls).order_by(info.table.c.id)).scalars())


def by_python(env: Environment, domain: Any) -> list[int]:
    info = env.registry["test.customer"]
    fits = matcher(domain, env.registry, info, env)
    return [record.id for record in all_records(env) if fits(record)]


# What may be asked ----------------------------------------------------------------------------------------------------

UNITS = st.sampled_from(["day", "week", "month", "quarter", "year"])
RELATIVE = st.one_of(
    st.sampled_from(["today", "yesterday", "tomorrow"]),
    st.builds(lambda key, unit: {key: unit}, st.sampled_from(["this", "last", "next"]), UNITS),
    st.builds(
        lambda key, n: {key: n}, st.sampled_from(["today", "days", "weeks", "months", "years"]), st.integers(-13, 13)
    ),
    st.builds(
        lambda key, unit, n: {key: {unit: n}},
        st.sampled_from(["last", "next"]),
        st.sampled_from(["days", "weeks", "months"]),
        st.integers(1, 14),
    ),
)
INSTANTS = st.one_of(
    RELATIVE,
    st.just("now"),
    st.builds(lambda n: {"hours": n}, st.integers(-24, 24)),
    st.builds(lambda n: {"last": {"hours": n}}, st.integers(1, 24)),
    st.sampled_from([time for time in TIMES if time]),
    st.sampled_from([day for day in DAYS if day]).map(str),
    st.sampled_from([time for time in TIMES if time]).map(lambda time: time.isoformat()),
)
IDS = st.integers(0, 6)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": st.one_of(st.sampled_from(TYPED), st.sampled_from([text for text in TEXTS if text is not None])),
    "integer": st.one_of(
        st.sampled_from([number for number in NUMBERS if number is not None]), st.sampled_from([0.5, -(2**62), 10**12])
    ),
    "float": st.sampled_from([-0.5, 0, 1, 2.5, 1e300]),
    "decimal": st.sampled_from(["-1.5", "0", "0.005", "0.1", "0.00001", "2", 0.1, 2, decimal.Decimal("999999.99")]),
    "boolean": st.booleans(),
    "date": st.one_of(
        RELATIVE, st.sampled_from([day for day in DAYS if day]), st.sampled_from([day for day in DAYS if day]).map(str)
    ),
    "datetime": INSTANTS,
    "selection": st.sampled_from(["new", "old"]),
    "relation": IDS,
    "reference": st.sampled_from(["test.tag,1", {"model": "test.country", "id": 2}, "test.tag,9"]),
}
ORDER = ["<", "<=", ">", ">="]
PATHS: dict[str, list[str]] = {
    "text": ["name", "note", "title", "country.name", "country.title", "country_name", "display_name", "orders.number", "tags.name", "orders.delivery.name",
             "orders.tags.name", "orders.customer.name", "category.parent.name", "tags.category.name", "country.display_name"],
    "integer": ["score", "orders.customer.score"],
    "float": ["rate"],
    "decimal": ["weight", "amount", "orders.total"],
    "boolean": ["active"],
    "date": ["born"],
    "datetime": ["seen"],
    "selection": ["state"],
    "relation": ["id", "country", "country.id", "country_id", "category", "category.parent", "owner_id", "orders", "orders.id", "tags", "orders.tags",
                 "orders.delivery", "tags.category", "orders.customer.tags", "orders.customer"],
    "reference": ["subject"],
    "json": ["data"],
}  # fmt: skip


def scalar_condition(kind: str, operators: list[str]) -> st.SearchStrategy[list[Any]]:
    return st.tuples(st.sampled_from(PATHS[kind]), st.sampled_from(operators), VALUES[kind]).map(list)


def list_condition(kind: str) -> st.SearchStrategy[list[Any]]:
    values = st.lists(st.one_of(st.none(), VALUES[kind]), max_size=4)
    return st.tuples(st.sampled_from(PATHS[kind]), st.sampled_from(["in", "not_in"]), values).map(list)


CONDITIONS = st.one_of(
    *(scalar_condition(kind, ["=", "!="]) for kind in VALUES),
    *(scalar_condition(kind, ORDER) for kind in ("text", "integer", "float", "decimal", "date", "datetime")),
    *(list_condition(kind) for kind in VALUES),
    scalar_condition("text", ["like", "ilike", "not_ilike", "fuzzy", "=like", "=ilike", "not like", "not ilike"]),
    st.tuples(
        st.sampled_from(["category", "tags.category", "category.parent"]),
        st.sampled_from(["under", "child_of"]),
        st.one_of(IDS, st.lists(IDS)),
    ).map(list),
    st.tuples(
        st.sampled_from(["country", "tags", "orders.delivery", "category"]),
        st.sampled_from(["like", "ilike", "not_ilike", "fuzzy"]),
        VALUES["text"],
    ).map(list),
    st.tuples(st.sampled_from(list(itertools.chain(*PATHS.values()))), st.sampled_from(["is_set", "is_not_set"])).map(
        list
    ),
    st.tuples(
        st.sampled_from(list(itertools.chain(*(PATHS[kind] for kind in VALUES)))),
        st.sampled_from(["=", "!="]),
        st.just(None),
    ).map(list),
)
DOMAINS = st.recursive(
    CONDITIONS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.builds(lambda items: {"any": items}, st.lists(inner, max_size=3)),
        st.builds(lambda items: {"all": items}, st.lists(inner, max_size=3)),
        st.builds(lambda item: {"not": item}, inner),
        st.builds(lambda prefix, one, two: [prefix, one, "!", two], st.sampled_from("|&"), inner, inner),
    ),
    max_leaves=6,
)


def prove(rounds: int, check: Any) -> None:
    """Call ``check`` with so many random domains."""
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    settings(max_examples=rounds, deadline=None, suppress_health_check=checks)(given(domain=DOMAINS)(check))()


def test_sql_and_python_agree(env, campaign):
    def check(domain):
        expected = by_python(env, domain)
        assert by_sql(env, domain) == expected
        assert by_sql(env, domain, two_valued=True) == expected
        assert by_sql_alone(env, domain) == expected

    prove(campaign(150, 5000), check)


def test_a_negated_domain_gives_exactly_the_others(env, campaign):
    info = env.registry["test.customer"]

    def check(domain):
        found = set(by_sql(env, domain))
        assert found.isdisjoint(others := by_sql(env, {"not": domain}))
        assert found.union(others) == set(range(1, 61))
        tree = JoinTree(env.registry, info)
        condition = compile_domain(domain, tree, env, two_valued=True)
        assert env.connection.execute(tree.apply(sa.select(info.table.c.id)).where(condition.is_(None))).all() == []

    prove(campaign(50, 1000), check)


@pytest.mark.parametrize(
    "domain",
    [
        ["id", "in", list(range(10_000))],
        ["id", "not_in", list(range(30, 10_000))],
        ["orders.id", "in", list(range(10_000))],
        ["category", "under", list(range(2, 10_000))],
        ["name", "in", [None, "深圳海洋科技有限公司", "'", *map(str, range(1000))]],
        ["amount", "not_in", ["-1.5", *map(str, range(1000))]],
        ["rate", "in", [number / 2 for number in range(1000)]],
        ["born", "in", ["2026-04-01", *(datetime.date(2026, 1, 1) + datetime.timedelta(days=n) for n in range(1000))]],
        ["seen", "in", [NOW + datetime.timedelta(hours=hours) for hours in range(-600, 600)]],
    ],
    ids=lambda domain: " ".join(domain[:2]),
)
def test_long_lists(env, domain):
    found = by_sql(env, domain)
    assert found == by_python(env, domain) == by_sql_alone(env, domain)
    assert found


def nested(levels: int, inner: list[Any], beside: list[Any]) -> Any:
    domain: Any = inner
    for number in range(levels):
        domain = {"any" if number % 2 else "all": [beside, domain]}
    return domain


def test_the_deepest_and_the_longest_domain_allowed(env):
    deepest = nested(MAX_DEPTH - 1, ["orders.tags.category.name", "ilike", "Ä"], ["orders.tags.name", "!=", "x"])
    assert by_sql(env, deepest) == by_python(env, deepest) == by_sql_alone(env, deepest)
    plain = nested(MAX_DEPTH - 1, ["score", "=", 1], ["country.name", "is_not_set"])
    assert by_sql(env, plain) == by_python(env, plain)
    longest = {"any": [["orders.tags.name", "=", str(number)] for number in range(MAX_CONDITIONS)]}
    assert by_sql(env, longest) == by_python(env, longest)


def test_a_large_list_is_one_parameter_and_no_comparison_hides_an_index(env):
    info = env.registry["test.customer"]
    tree = JoinTree(env.registry, info)
    domain = [
        ["id", "in", list(range(10_000))],
        ["name", "like", "a%"],
        ["note", "ilike", "x"],
        {"not": ["note", "like", "深"]},
    ]
    compiled = sa.select(info.table.c.id).where(compile_domain(domain, tree, env)).compile(env.connection)
    assert len(compiled.params) <= 5
    assert "= 1" not in str(compiled)


def test_a_path_is_joined_once(env):
    info = env.registry["test.customer"]
    tree = JoinTree(env.registry, info)
    compile_domain([["country.name", "=", "a"], ["country_name", "is_set"], ["country.id", "=", 1]], tree, env)
    assert tree.column("country.name") is tree.column(["country", "name"])
    assert len(tree.joins) == 1
    assert tree.column("country.id") is tree.column("country_id") is info.table.c.country_id
    assert len(tree.joins) == 1
    with pytest.raises(DomainError):
        tree.column("orders.number")


def test_translated_columns_follow_the_language(env):
    tree = JoinTree(env.registry, env.registry["test.country"])
    statement = tree.apply(sa.select(tree.column("title", env))).where(tree.column("id") == 1)
    assert env.connection.execute(statement).scalar() == ("T1" if env.lang == "en" else "中国")


def test_hidden_related_rows_read_as_missing(env):
    info = env.registry["test.customer"]

    def hide(related, alias):
        return related.name != "test.tag" and (related.name != "test.country" or alias.c.id != 1)

    def found(domain):
        tree = JoinTree(env.registry, info, on_join=hide)
        condition = compile_domain(domain, tree, env)
        return set(env.connection.execute(tree.apply(sa.select(info.table.c.id)).where(condition)).scalars())

    assert found(["country.name", "=", "China"]) == set()
    assert found(["country.name", "is_not_set"]) > set(by_sql(env, ["country.name", "is_not_set"]))
    assert found(["country.name", "=", "a"]) == set(by_sql(env, ["country.name", "=", "a"]))
    assert found(["tags", "is_set"]) == set()
    assert found(["tags", "is_not_set"]) == set(range(1, 61))
    assert found(["orders.tags.name", "!=", "x"]) == set()


def test_conditions_fit_into_any_statement(env):
    info = env.registry["test.customer"]
    table = info.table
    for domain in (["orders.total", ">", 1], ["country.name", "=", "a"], ["tags.category", "under", 1]):
        expected = by_sql(env, domain)
        condition = condition_on(domain, env.registry, info, table, env)
        records = env.session.execute(sa.select(info.cls).where(condition).order_by(table.c.id)).scalars()
        assert [record.id for record in records] == expected
        assert all(evaluate(parse(domain), record, env) for record in env.load(info.name, expected))
        savepoint = env.connection.begin_nested()
        changed = env.connection.execute(sa.update(table).where(condition).values(note="x")).rowcount
        savepoint.rollback()
        assert changed == len(expected)


def test_a_record_not_yet_saved_is_evaluated(env):
    record = env["test.customer"].new({"name": "深圳海洋", "score": 5, "country": 1})
    domain = [["name", "fuzzy", "深洋"], ["score", ">", 4], ["country.name", "=", "China"], ["orders", "is_not_set"]]
    assert evaluate(domain, record, env)
    assert not evaluate([["id", "in", [1, 2]]], record, env)
    assert not evaluate([["name", "ilike", "x"]], record, env)
