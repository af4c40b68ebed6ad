"""A model that declares no view gets usable ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.views import VIEW_TYPES, ViewSet

from .fakes import make_registry, refs


@pytest.fixture
def views() -> ViewSet:
    return ViewSet.build(make_registry(), [])


def test_all_types_where_the_fields_allow(views: ViewSet) -> None:
    assert views.types("crm.customer") == VIEW_TYPES
    assert views.types("core.user") == ("list", "form", "search")
    for model in make_registry().models:
        for kind in views.types(model):
            view = views.for_model(model, kind)
            assert view.generated
            assert view.usable
            assert views.view(view.id) is view
    assert views.ids() == ()


def test_list_begins_with_the_name_and_shows_no_secrets(views: ViewSet) -> None:
    names = [node.name for node in views.for_model("crm.customer", "list").slot("columns")]
    assert names == ["name", "level", "state", "owner", "phone", "credit_limit", "birthday", "points"]
    assert next(node.name for node in views.for_model("crm.point.entry", "list").slot("columns")) == "display_name"


def test_form_has_sections_by_kind_and_lines_in_pages(views: ViewSet) -> None:
    form = views.for_model("crm.customer", "form")
    assert refs(form.slot("header")) == ["button/confirm", "button/assign", "status/state"]
    assert refs(form.slot("body")) == ["section/general", "section/figures", "section/notes", "notebook/main"]
    lines = form.find("field/point_entries")
    assert lines is not None
    assert [column.field for column in lines.children] == ["display_name", "date", "kind", "points"]
    assert form.find("field/login_token") is None


def test_search_offers_texts_options_and_groupings(views: ViewSet) -> None:
    search = views.for_model("crm.customer", "search")
    assert refs(search.slot("fields")) == ["field/name", "field/phone"]
    assert refs(search.slot("filters")) == [
        "filter/mine",
        "filter/level.a",
        "filter/level.b",
        "filter/state.draft",
        "filter/state.won",
    ]
    assert refs(search.slot("group_by")) == ["by/state", "by/level", "by/owner", "by/birthday:month"]


def test_others(views: ViewSet) -> None:
    assert views.for_model("crm.customer", "kanban").get("group_by") == "state"
    assert views.for_model("crm.customer", "calendar").get("start") == "birthday"
    assert refs(views.for_model("crm.customer", "chart").slot("measure")) == [
        "measure/credit_limit:sum",
        "measure/id:count",
    ]
    assert refs(views.for_model("crm.point.entry", "pivot").slot("measures")) == ["measure/id:count"]


def test_the_lowest_sequence_is_the_default_and_unusable_ones_are_passed_over(tmp_path: Path) -> None:
    from .fakes import build

    text = """
views:
  - {id: a.second, type: list, model: core.user, columns: [name]}
  - {id: a.first, type: list, model: core.user, columns: [name], sequence: 1}
  - {id: a.broken, type: list, model: core.user, columns: [nme], sequence: 0}
  - {id: b.broken, type: list, model: crm.tag, columns: [nme]}
"""
    views = build(tmp_path, a=text)
    assert views.for_model("core.user", "list").id == "a.first"
    assert views.for_model("crm.tag", "list").generated
    assert [view.id for view in views.of_model("core.user")] == ["a.broken", "a.first", "a.second"]
