import datetime
import decimal
import math

import pytest

from core.errors import AccessDenied, CoreError, DomainError, UnknownFieldError, ValidationError, Where
from core.orm.domain import D, bind, operators_for
from core.orm.domain.check import Members
from core.orm.domain.node import OPERATORS
from core.orm.paths import walk


@pytest.fixture
def bound(registry, info, env):
    return lambda *condition: bind(list(condition), registry, info, env)


@pytest.fixture
def refused(bound):
    def refused(*condition):
        with pytest.raises(CoreError) as caught:
            bound(*condition)
        return caught.value

    return refused


def test_paths_are_walked(bound):
    def ends(path):
        walked = bound(path, "is_set").walked
        return [hop.name for hop in walked.hops], walked.field and walked.field.name

    assert ends("name") == ([], "name")
    assert ends("place.parent.name") == (["place", "parent"], "name")
    assert ends("place.id") == ([], "place")
    assert ends("place_id") == ([], "place")
    assert ends("place_id.name") == (["place"], "name")
    assert ends("place.display_name") == (["place"], "name")
    assert ends("place_name") == (["place"], "name")
    assert ends("whole.place_name") == (["whole", "place"], "name")
    assert ends("places") == (["places"], None)
    assert ends("places.id") == (["places"], None)
    assert ends("id") == ([], None)
    assert ends("display_name") == ([], "name")


def test_unknown_fields(refused):
    error = refused("place.nam", "=", "x")
    assert isinstance(error, UnknownFieldError)
    assert (error.where.model, error.where.field, error.where.key) == ("test.place", "nam", "domain")
    assert 'did you mean "name"' in str(error)
    assert isinstance(refused("nonsense.x", "=", 1), UnknownFieldError)


def test_what_can_not_be_followed(refused, registry, env):
    assert "no relation" in str(refused("name.x", "=", 1))
    assert "no relation" in str(refused("subject.name", "=", 1))
    assert refused("doubled", "=", 1).code == "domain.not_stored"
    with pytest.raises(DomainError, match="no name"):
        bind(["display_name", "=", "x"], registry, registry["test.nameless"], env)


@pytest.mark.parametrize(
    ("path", "operator", "value"),
    [
        ("name", "=", 7),
        ("name", "=", ["x"]),
        ("name", "=", {"this": "month"}),
        ("name", "in", "abc"),
        ("name", "in", 5),
        ("name", "in", None),
        ("name", "like", None),
        ("name", "like", "x" * 3000),
        ("name", "like", "a\x00"),
        ("name", "=", "\ud800"),
        ("name", "under", 1),
        ("name", "is_set", 5),
        ("state", "=", "dun"),
        ("state", "<", "done"),
        ("active", "=", 1),
        ("active", ">", True),
        ("count", "=", "7"),
        ("count", "=", True),
        ("count", "=", math.nan),
        ("count", ">", math.inf),
        ("count", ">", 2**63),
        pytest.param("count", ">", 10**10_000, id="huge"),
        pytest.param("state", "=", 10**10_000, id="huge state"),
        ("count", "like", "1"),
        ("rate", "=", math.nan),
        ("rate", "=", "x"),
        ("rate", ">", 10**400),
        ("amount", "=", "NaN"),
        ("amount", "=", "sNaN"),
        ("amount", ">", decimal.Decimal("1e999999")),
        ("amount", ">", "9" * 1000),
        ("amount", ">", 10**17),
        ("amount", "=", [1]),
        ("day", "=", "yesterdax"),
        ("day", "=", 7),
        ("day", "=", {"this": "moon"}),
        ("day", "=", datetime.datetime(2026, 1, 1)),
        ("time", "=", "2026-01-01T10:00:00"),
        ("time", "=", datetime.datetime(2026, 1, 1)),
        ("time", "=", 5),
        ("time", "=", "0001-01-01"),
        ("data", "=", {}),
        ("data", "like", "x"),
        ("subject", "=", "test.place"),
        ("subject", "=", "core.user,1"),
        ("subject", "=", {"model": "test.place", "id": "x"}),
        ("subject", ">", "test.place,1"),
        ("place", "=", "Berlin"),
        ("place", "=", True),
        ("place", "=", 2**63),
        ("place", "=", 1.0),
        ("place", "=", {"id": 1}),
        ("place", "in", [[1]]),
        ("place", ">", 3),
        ("place", "under", None),
        ("owner", "under", 1),
    ],
)
def test_wrong_values_are_refused_at_their_place(refused, path, operator, value):
    error = refused([path, operator, value])
    assert isinstance(error, (DomainError, ValidationError))
    assert error.where.key == "domain.0"
    assert error.where.field == path
    assert len(str(error)) < 500


def test_all_faults_are_gathered(refused):
    error = refused(["nam", "=", 1], ["count", "=", "x"], ["state", "=", "don"])
    assert [type(fault) for fault in error.faults] == [UnknownFieldError, DomainError, ValidationError]
    assert 'did you mean "done"' in str(error)


def test_values_are_converted(bound):
    assert bound("day", "=", "2026-01-05").value == datetime.date(2026, 1, 5)
    assert bound("time", "<", "2026-01-05T10:00:00+08:00").value == datetime.datetime(
        2026, 1, 5, 2, tzinfo=datetime.UTC
    )
    assert bound("subject", "=", "test.place,3").value == ("test.place", 3)
    assert bound("place", "=", "7").value == 7
    assert bound("rate", "=", 2).value == 2.0
    assert isinstance(bound("rate", "=", 2).value, float)


def test_numbers_move_onto_the_grid_without_changing_the_answer(bound):
    cases = [
        ("<", "0.004", "0.01"),
        ("<=", "0.004", "0.00"),
        (">", "0.004", "0.00"),
        (">=", "0.004", "0.01"),
        ("<", "-0.004", "0.00"),
    ]
    for operator, given, moved in cases:
        assert bound("amount", operator, given).value == decimal.Decimal(moved)
    assert bound("amount", "=", "0.004").test == "never"
    assert bound("amount", "!=", 0.004).negated
    assert bound("amount", "in", [0.1, "0.004"]).value == Members((decimal.Decimal("0.10"),))
    assert bound("count", "<", 2.5).value == 3
    assert bound("count", "<=", -0.5).value == -1
    assert bound("count", "=", 2.0).value == 2


def test_a_value_outside_the_range_of_the_field_is_fine_to_compare_with(bound):
    assert bound("count", ">=", -5).value == -5
    assert bound("amount", "<", -1).value == -1
    assert bound("name", "=", "longer than the ten characters of the field").test == "eq"


def test_none_and_false(bound):
    assert bound("name", "=", None).test == "null"
    assert bound("name", "=", False).test == "set"
    assert bound("name", "=", False).negated
    assert not bound("place", "!=", False).negated
    assert bound("active", "=", False).value is False
    assert bound("count", "<", None).test == "never"
    assert bound("place", "in", [False, 3]).value == Members((3,), none=True)
    assert bound("places", "=", None).test == "rows"
    assert bound("places", "!=", None).test == "set"
    assert bound("name", "is_set", False) == bound("name", "is_not_set")


def test_relations_take_lists_and_texts(bound):
    assert bound("place", "=", [1, 2]).value == Members((1, 2))
    assert bound("place", "!=", [1, 2]).negated
    named = bound("place", "ilike", "ber")
    assert [hop.name for hop in named.walked.hops] == ["place"]
    assert bound("places.id", "fuzzy", "ber").walked.field.name == "name"
    assert bound("id", "ilike", "ber").walked.field.name == "name"


def test_spans_become_edges(bound):
    april, may = datetime.date(2026, 4, 1), datetime.date(2026, 5, 1)
    month = {"this": "month"}
    assert [
        (bound("day", operator, month).test, bound("day", operator, month).value) for operator in ("<", "<=", ">", ">=")
    ] == [
        ("lt", april),
        ("lt", may),
        ("ge", may),
        ("ge", april),
    ]
    assert bound("day", "in", month) == bound("day", "=", month)
    # A day without a time means the whole day to an instant.
    assert bound("time", "<=", "2026-04-01").value == datetime.datetime(2026, 4, 1, 16, tzinfo=datetime.UTC)


def test_fields_can_be_refused(registry, info, env):
    seen = []
    bind(
        [["place.parent.name", "=", "x"], ["places", "is_not_set"]],
        registry,
        info,
        env,
        on_field=lambda model, field: seen.append((model.name, field.name)),
    )
    assert seen == [("test.thing", "place"), ("test.place", "parent"), ("test.place", "name"), ("test.thing", "places")]


def test_a_refused_field_stays_a_refusal(registry, info, env):
    def refuse(_model, field):
        if field.name == "count":
            raise AccessDenied("hidden")

    with pytest.raises(AccessDenied):
        bind([["nam", "=", 1], ["count", "=", 1]], registry, info, env, on_field=refuse)


def test_every_operator_is_either_taken_or_refused_for_every_field(registry, info, env):
    values = {"in": [], "not_in": [], "like": "a", "ilike": "a", "not_ilike": "a", "fuzzy": "a"}
    for name in info.fields:
        if name == "doubled":
            continue
        allowed = operators_for(walk(registry, info, [name], Where()))
        for operator in OPERATORS:
            if operator not in allowed:
                with pytest.raises(DomainError, match="can't be used"):
                    bind([name, operator, values.get(operator)], registry, info, env)
            elif operator in values or "set" in operator:
                bind([name, operator, values.get(operator)], registry, info, env)


def test_binding_twice_changes_nothing(registry, info, env):
    once = bind((D("name") == "x") | ~D("places").is_set(), registry, info, env)
    assert bind(once, registry, info, env) == once
