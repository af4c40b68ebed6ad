"""The order of addons and what breaks whom, also for graphs made at random."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DependencyError
from core.plugins import graph

NAMES = [f"n{number}" for number in range(12)]


@st.composite
def acyclic(draw: st.DrawFn) -> dict[str, list[str]]:
    """A graph without cycles: each name needs only names before it in a hidden order, which is not the order of the keys."""
    hidden = draw(st.permutations(NAMES))
    depends = {
        name: draw(st.lists(st.sampled_from(hidden[:position]), unique=True, max_size=4)) if position else []
        for position, name in enumerate(hidden)
    }
    return {name: depends[name] for name in draw(st.permutations(NAMES))}


anything = st.dictionaries(
    st.sampled_from(NAMES), st.lists(st.sampled_from([*NAMES, "missing"]), max_size=4, unique=True)
)


@given(acyclic())
def test_each_name_comes_after_those_it_needs(depends: dict[str, list[str]]) -> None:
    order = graph.sort(depends)
    assert sorted(order) == sorted(depends)
    assert all(order.index(need) < order.index(name) for name, needs in depends.items() for need in needs)
    assert graph.sort({name: depends[name] for name in order}) == order


@given(acyclic(), st.sampled_from(NAMES))
def test_dependents_are_those_whose_closure_has_the_name(depends: dict[str, list[str]], name: str) -> None:
    dependents = graph.dependents_of(depends, [name])
    assert set(dependents) == {other for other in depends if other != name and name in graph.closure(depends, [other])}
    for position, other in enumerate(dependents):
        assert not set(dependents[:position]) & set(depends[other])


@given(anything, st.sets(st.sampled_from(NAMES), max_size=3))
def test_what_has_no_fault_can_be_sorted_and_needs_nothing_faulty(
    depends: dict[str, list[str]], broken: set[str]
) -> None:
    broken &= set(depends)
    faults = graph.faults(depends, broken)
    assert not set(faults) & broken
    usable = {name: needs for name, needs in depends.items() if name not in faults and name not in broken}
    assert set(graph.sort(usable)) == set(usable)
    assert all(need in usable for needs in usable.values() for need in needs)


@given(acyclic(), st.sets(st.sampled_from(NAMES)), st.sets(st.sampled_from(NAMES)))
def test_bridges_are_enabled_exactly_when_all_they_need_is(
    depends: dict[str, list[str]], candidates: set[str], enabled: set[str]
) -> None:
    found = graph.bridges(depends, candidates, enabled)
    present = enabled | set(found)
    for name in candidates:
        assert (name in present) == (name in enabled or present.issuperset(depends[name]))
    assert set(found) <= candidates - enabled


def test_order_is_stable_where_nothing_is_needed() -> None:
    assert graph.sort({"b": [], "a": [], "c": ["a"]}) == ["b", "a", "c"]
    assert graph.sort({"c": ["a"], "b": [], "a": []}) == ["a", "c", "b"]


def test_cycle_is_named_by_its_members_only() -> None:
    with pytest.raises(DependencyError, match="in a cycle: b → c → b"):
        graph.sort({"a": ["b"], "b": ["c"], "c": ["b"], "d": []})


def test_one_that_needs_a_cycle_is_told_so() -> None:
    faults = graph.faults({"a": ["b"], "b": ["c"], "c": ["b"], "d": []}, [])
    assert set(faults) == {"a", "b", "c"}
    assert "cycle" not in str(faults["a"])
    assert 'needs the addon "b", which is broken' in str(faults["a"])


def test_several_cycles_are_all_found() -> None:
    assert graph.cycles({"a": ["b"], "b": ["a"], "c": ["c"], "d": []}) == [["a", "b"], ["c"]]


def test_chain_longer_than_python_recurses() -> None:
    depends = {"n0": []} | {f"n{number}": [f"n{number - 1}"] for number in range(1, 5000)}
    assert graph.sort(dict(reversed(depends.items()))) == list(depends)
