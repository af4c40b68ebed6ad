"""Whatever patches say: nothing raises, addresses stay unique, and no node is lost that no patch names."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from core.views import AdminPatch, ViewSet, declared_from
from core.views.tree import ADMINISTRATOR

from .fakes import BASE, LOYALTY, make_registry

import yaml  # isort: skip

FORM = "crm_base.customer_form"
DECLARED = [declared_from("crm_base", yaml.safe_load(BASE)), declared_from("crm_loyalty", yaml.safe_load(LOYALTY))]
PLAIN = ViewSet.build(make_registry(), DECLARED)
REFS = [node.ref for node in PLAIN.view(FORM).walk()]
FIELDS = ["name", "phone", "credit_limit", "birthday", "points", "nope", "owner.name", "point_entries"]

refs = st.sampled_from([*REFS, "field/gone", "level", "", "view", "body", "/", "notebook"])
items: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from(FIELDS) | st.integers() | st.fixed_dictionaries({"field": st.sampled_from(FIELDS)}),
    lambda inner: (
        st.fixed_dictionaries({"section": st.sampled_from("abc"), "body": st.lists(inner, max_size=2)})
        | st.fixed_dictionaries({"page": st.sampled_from("xyz"), "body": st.lists(inner, max_size=2)})
        | st.fixed_dictionaries({"notebook": st.sampled_from("nm"), "pages": st.lists(inner, max_size=2)})
    ),
    max_leaves=4,
)
values = st.dictionaries(
    st.sampled_from(["label", "widget", "visible", "columns", "groups", "nonsense", "title"]),
    st.none() | st.booleans() | st.text(max_size=4) | st.integers() | st.lists(st.text(max_size=3), max_size=2),
    max_size=3,
)
operations = st.one_of(
    st.fixed_dictionaries({"before": refs, "add": st.lists(items, max_size=3)}),
    st.fixed_dictionaries({"after": refs, "add": st.lists(items, max_size=3)}),
    st.fixed_dictionaries(
        {"inside": refs, "add": st.lists(items, max_size=3), "at": st.sampled_from(["start", "end"])}
    ),
    st.fixed_dictionaries({"replace": refs, "with": st.lists(items, max_size=3)}),
    st.fixed_dictionaries({"remove": refs | st.lists(refs, max_size=2)}),
    st.fixed_dictionaries({"set": refs, "values": values}),
    st.dictionaries(st.sampled_from(["set", "add", "remove", "x"]), st.none() | st.integers(), max_size=2),
)


def named(operation: Any) -> set[str]:
    """Return the addresses whose subtrees an operation may take away or change."""
    found: set[str] = set()
    for verb in ("replace", "remove", "set"):
        target = operation.get(verb)
        found |= set(target) if isinstance(target, list) else {target} if isinstance(target, str) else set()
    return found


def below(target: str) -> set[str]:
    node = PLAIN.view(FORM).find(target)
    return {inner.ref for inner in node.walk()} if node else set()


@settings(max_examples=150, deadline=None)
@given(st.lists(operations, max_size=4), st.booleans())
def test_random_patches_never_raise_and_never_lose_unrelated_nodes(changes: list[Any], by_administrator: bool) -> None:
    if by_administrator:
        views = ViewSet.build(
            make_registry(), DECLARED, [AdminPatch(FORM, changes, base=[{"label": 1}] * len(changes))]
        )
    else:
        extra = declared_from("ext", {"views": [{"inherit": FORM, "patch": changes}]})
        views = ViewSet.build(make_registry(), [*DECLARED, extra])
    found = [node.ref for node in views.view(FORM).walk()]
    assert len(found) == len(set(found))
    touched = {ref for change in changes for target in named(change) for ref in below(target)}
    assert set(REFS) - touched <= set(found)
    order = [ref for ref in found if ref in set(REFS) - touched]
    assert order == [ref for ref in REFS if ref in set(order)]
    for fault in views.faults:
        assert fault.where.addon == (ADMINISTRATOR if by_administrator else "ext")
        assert str(fault)


@settings(max_examples=80, deadline=None)
@given(st.frozensets(st.sampled_from(["crm_base.manager", "a.b"])), st.frozensets(st.sampled_from(FIELDS)))
def test_restricting_never_shows_more_and_never_a_hidden_field(groups: frozenset[str], hidden: frozenset[str]) -> None:
    full = PLAIN.view(FORM)
    seen = full.restricted(groups, hidden)
    assert {node.ref for node in seen.walk()} <= set(REFS)
    for node in seen.walk():
        assert not node.reads & {f"crm.customer.{name}" for name in hidden}
        assert not node.groups or node.groups & groups
    again = seen.restricted(groups, hidden)
    assert again.root == seen.root


@settings(max_examples=150, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["views", "menus", "panels", "id", "type", "model", "columns", "body", "inherit", "patch", "field"]
                )
                | st.text(max_size=3),
                inner | st.sampled_from(["list", "form", "crm.customer", "a.b"]),
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_any_data_gives_faults_not_errors(data: Any) -> None:
    views = ViewSet.build(make_registry(), [declared_from("x", data), *DECLARED])
    assert all(str(fault) for fault in views.faults)
    assert views.view(FORM).find("field/name") is not None
