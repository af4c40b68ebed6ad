import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import CoreError, DomainError, Where
from core.orm.domain import MAX_DEPTH, All, Any_, Condition, D, Not, parse
from core.orm.domain.parse import MAX_CONDITIONS, MAX_FAULTS
from core.orm.domain.text import LikePattern

A, B, C = Condition(("a",), "=", 1), Condition(("b", "c"), ">", 2), Condition(("c",), "is_set")


@pytest.mark.parametrize("raw", [None, [], {}, (), All()])
def test_nothing_means_everything(raw):
    assert parse(raw) == All()


@pytest.mark.parametrize(
    ("raw", "node"),
    [
        (["a", "=", 1], A),
        ([["a", "=", 1], ["b.c", ">", 2]], All((A, B))),
        ([("a", "=", 1)], A),
        ([["c", "is_set"]], C),
        ({"any": [["a", "=", 1], ["b.c", ">", 2]]}, Any_((A, B))),
        ({"all": [["a", "=", 1], {"any": [["b.c", ">", 2], ["c", "is_set"]]}]}, All((A, Any_((B, C))))),
        ({"any": []}, Any_()),
        ({"not": ["a", "=", 1]}, Not(A)),
        ({"not": [["a", "=", 1], ["b.c", ">", 2]]}, Not(All((A, B)))),
        ({"not": {"not": ["a", "=", 1]}}, A),
        ([["a", "=", 1], [["b.c", ">", 2], ["c", "is_set"]]], All((A, All((B, C))))),
        ([D("a") == 1, ["c", "is_set"]], All((A, C))),
    ],
)
def test_own_forms(raw, node):
    assert parse(raw) == node


@pytest.mark.parametrize(
    ("raw", "node"),
    [
        (["|", ("a", "=", 1), ("b.c", ">", 2)], Any_((A, B))),
        (["|", "|", ("a", "=", 1), ("b.c", ">", 2), ("c", "is_set")], Any_((A, B, C))),
        (["&", ("a", "=", 1), "|", ("b.c", ">", 2), ("c", "is_set")], All((A, Any_((B, C))))),
        (["!", ("a", "=", 1), ("b.c", ">", 2)], All((Not(A), B))),
        ([("a", "=", 1), "|", ("b.c", ">", 2), ("c", "is_set")], All((A, Any_((B, C))))),
        ([(1, "=", 1)], All()),
        ([(0, "=", 1)], Any_()),
        (["|", (0, "=", 1), ("a", "=", 1)], Any_((A,))),
        (["a", "==", 1], A),
        (["a", "<>", 1], Condition(("a",), "!=", 1)),
        (["a", "not in", [1]], Not(Condition(("a",), "in", (1,)))),
        (["a", "not ilike", "x"], Not(Condition(("a",), "ilike", "x"))),
        (["a", "not like", "x"], Not(Condition(("a",), "like", "x"))),
        (["a", "child_of", 3], Condition(("a",), "under", 3)),
        (["a", "=like", "x_"], Condition(("a",), "like", LikePattern("x_", True))),
        (["a", "=ilike", "x"], Condition(("a",), "ilike", LikePattern("x", True))),
        (["a", "=?", None], All()),
        (["a", "=?", 1], A),
    ],
)
def test_odoo_notation(raw, node):
    assert parse(raw) == node


def test_a_long_odoo_chain_is_not_deep():
    raw = [*(["|"] * 300), *([["a", "=", 1]] * 301)]
    assert parse(raw) == Any_((A,) * 301)
    raw = [part for _ in range(300) for part in ("|", ["a", "=", 1])]
    assert parse([*raw, ["a", "=", 1]]) == Any_((A,) * 301)


def key_of(raw):
    with pytest.raises(DomainError) as caught:
        parse(raw)
    return caught.value


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ("a", "domain"),
        (7, "domain"),
        ([7], "domain.0"),
        ([["a", "=", 1], 5], "domain.1"),
        ([["a", "=", 1], ["a", "=", 1], {"any": [["a"]]}], "domain.2.any.0"),
        ({"not": {"all": [["a", "=", 1], ["b", "??", 1]]}}, "domain.not.all.1"),
        ([["a", "="]], "domain.0"),
        ([["a", "=", 1, 2]], "domain.0"),
        ([[None, "=", 1]], "domain.0"),
        ([["a", None, 1]], "domain.0"),
        ([["a..b", "=", 1]], "domain.0"),
        ([["", "=", 1]], "domain.0"),
        ([[".".join("abcdefghijklm"), "=", 1]], "domain.0"),
        ({"any": ["a", "=", 1]}, "domain.any"),
        ({"any": 5}, "domain.any"),
        ({"any": [], "all": []}, "domain"),
        (["|", ["a", "=", 1]], "domain.0"),
        (["!"], "domain.0"),
        (["&", ["a", "=", 1], "|"], "domain.2"),
        ([{1, 2}], "domain.0"),
        ([object()], "domain.0"),
    ],
)
def test_faults_say_where(raw, key):
    assert key_of(raw).where.key == key


def test_unknown_names_propose_the_nearest():
    assert 'did you mean "not_in"' in str(key_of(["a", "notin", 1]))
    assert 'did you mean "ilike"' in str(key_of(["a", "ilke", 1]))
    assert 'did you mean "any"' in str(key_of({"anyy": []}))


def test_all_faults_are_told_at_once():
    error = key_of([["a", "?", 1], ["", "=", 1], {"any": [7]}])
    assert [fault.where.key for fault in error.faults] == ["domain.0", "domain.1", "domain.2.any.0"]
    assert len(key_of([7] * 1000).faults) == MAX_FAULTS


def test_the_place_given_stays():
    with pytest.raises(DomainError) as caught:
        parse([7], where=Where(file="rules.yaml", line=3, key="rules.0"))
    assert (caught.value.where.file, caught.value.where.key) == ("rules.yaml", "rules.0.domain.0")


def nested(depth, step):
    raw = ["a", "=", 1]
    for number in range(depth):
        raw = step(raw, number)
    return raw


STEPS = {
    "list": lambda raw, _number: [raw],
    "any": lambda raw, _number: {"any": [raw]},
    "mixed": lambda raw, number: {"any": [raw]} if number % 2 else {"not": [raw]},
    "node": lambda raw, _number: Not(raw if not isinstance(raw, list) else A),
    "prefix": lambda raw, _number: ["!", raw],
}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
@pytest.mark.parametrize("depth", [MAX_DEPTH, 1_000, 100_000])
def test_too_deep_is_refused_without_recursion(step, depth):
    assert key_of(nested(depth, step)).code == "domain.too_deep"


@pytest.mark.parametrize("depth", [MAX_DEPTH, 1_000, 100_000])
def test_too_many_prefixes_are_too_deep(depth):
    raw = [part for number in range(depth) for part in ("&" if number % 2 else "|", ["a", "=", 1])]
    assert key_of([*raw[: 2 * 400], *([["a", "=", 1]] * 2)]).code in {"domain.too_deep"}
    value = nested(depth, STEPS["list"])
    assert parse(["a", "=", value]).path == ("a",)


def test_depth_up_to_the_limit_is_fine():
    parse(nested(MAX_DEPTH - 1, STEPS["any"]))


def test_too_many_conditions_are_refused():
    parse([["a", "=", 1]] * MAX_CONDITIONS)
    assert key_of([["a", "=", 1]] * (MAX_CONDITIONS + 1)).code == "domain.too_long"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["a", "=", "|", "&", "!", "in", "is_set"]),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["any", "all", "not", "x"]), inner),
)


@given(raw=JSON)
def test_any_json_is_a_domain_or_a_clear_error(raw):
    raw = json.loads(json.dumps(raw))
    try:
        parse(raw)
    except CoreError as error:
        assert str(error)
        assert error.code.startswith("domain") or error.faults
