"""Each view type: what may be written and how it comes out."""

from __future__ import annotations

from pathlib import Path

import pytest

from .fakes import build, codes, refs

KINDS = """
views:
  - id: a.kanban
    type: kanban
    model: crm.customer
    group_by: state
    card: [name, {field: owner, widget: avatar}]
    sum: credit_limit
    progress: {field: level, colors: {a: success, b: danger}}
    fold: [won]
  - {id: a.calendar, type: calendar, model: crm.customer, start: birthday, event: name, color: level, card: [phone]}
  - {id: a.chart, type: chart, kind: line, model: crm.customer, measure: "points:sum", by: ["birthday:month", level]}
  - {id: a.funnel, kind: chart, chart: funnel, model: crm.customer, measure: ["id:count"], by: state}
  - {id: a.pivot, type: pivot, model: crm.customer, rows: [owner], columns: ["birthday:year"], measures: [points, "credit_limit:avg"]}
  - id: a.search
    type: search
    model: crm.customer
    fields: [name, {field: phone, operator: ilike}]
    filters:
      - {filter: mine, label: Mine, domain: [["owner", "=", "{{ user }}"]], default: true}
      - {filter: rich, label: Rich, domain: {any: [["credit_limit", ">", 5], ["owner.salary", ">", 5]]}}
    group_by: [owner, {by: "birthday:month", label: Month}]
    category: level
"""


def test_every_type_loads(tmp_path: Path) -> None:
    views = build(tmp_path, a=KINDS)
    assert [str(fault) for fault in views.faults] == []
    kanban = views.view("a.kanban")
    assert (kanban.get("group_by"), kanban.get("progress")["colors"]["b"], kanban.get("fold")) == (
        "state",
        "danger",
        ["won"],
    )
    assert refs(kanban.slot("card")) == ["field/name", "field/owner"]
    assert views.view("a.calendar").get("start") == "birthday"
    chart = views.view("a.chart")
    assert (chart.get("chart"), refs(chart.slot("measure")), refs(chart.slot("by"))) == (
        "line",
        ["measure/points:sum"],
        ["by/birthday:month", "by/level"],
    )
    assert refs(views.view("a.funnel").slot("by")) == ["by/state"]
    pivot = views.view("a.pivot")
    assert refs(pivot.slot("rows")) + refs(pivot.slot("columns")) == ["by/owner", "by/columns.birthday:year"]
    search = views.view("a.search")
    assert refs(search.slot("filters")) == ["filter/mine", "filter/rich"]
    rich = search.find("filter/rich")
    assert rich is not None
    assert rich.reads == {"crm.customer.credit_limit", "crm.customer.owner", "core.user.salary"}


def test_patches_fit_every_type(tmp_path: Path) -> None:
    patch = """
views:
  - {inherit: a.kanban, patch: [{after: field/name, add: [phone]}]}
  - {inherit: a.chart, patch: [{inside: dimensions, add: [owner]}]}
  - {inherit: a.pivot, patch: [{inside: rows, add: [level], at: start}]}
  - {inherit: a.search, patch: [{before: filter/rich, add: {filter: x, domain: [["name", "=", "x"]]}}]}
  - {inherit: a.calendar, patch: [{set: view, values: {mode: day, color: null}}]}
"""
    views = build(tmp_path, a=KINDS, b=patch)
    assert [str(fault) for fault in views.faults] == []
    assert refs(views.view("a.kanban").slot("card")) == ["field/name", "field/phone", "field/owner"]
    assert refs(views.view("a.chart").slot("by"))[-1] == "by/owner"
    assert refs(views.view("a.pivot").slot("rows")) == ["by/level", "by/owner"]
    assert refs(views.view("a.search").slot("filters")) == ["filter/mine", "filter/x", "filter/rich"]
    calendar = views.view("a.calendar")
    assert (calendar.get("mode"), calendar.get("color")) == ("day", None)


def test_related_lists_and_html(tmp_path: Path) -> None:
    text = """
views:
  - id: a.form
    type: form
    model: crm.customer
    body:
      - {related: entries, model: crm.point.entry, by: customer, columns: [date, points], order: date desc}
      - {html: hint, content: "<p>Careful</p>"}
      - {group: pair, columns: 2, body: [name, phone]}
      - {field: point_entries, order: date, domain: [["points", ">", 0]]}
"""
    views = build(tmp_path, a=text)
    assert [str(fault) for fault in views.faults] == []
    form = views.view("a.form")
    column = form.find("column/entries.points")
    assert column is not None
    assert column.model == "crm.point.entry"
    assert form.find("html/hint") is not None


@pytest.mark.parametrize(
    ("entry", "code", "told"),
    [
        ("{id: a.x, type: lists, model: crm.customer}", "view.type", "list"),
        ("{id: a.x, model: crm.customer}", "view.missing_key", "type"),
        ("{id: a.x, type: list, model: crm.customer}", "view.missing_key", "columns"),
        ("{id: a.x, type: list, model: crm.customer, columns: [name], ordr: x}", "view.unknown_key", "order"),
        ("{id: a.x, type: list, model: crm.customer, columns: [{field: name, widht: 3}]}", "view.unknown_key", "width"),
        ("{id: a.x, type: list, model: crm.customer, columns: [{feild: name}]}", "view.unknown_node", "field"),
        ("{id: a.x, type: list, model: crm.customer, columns: [3]}", "view.unknown_node", "Expected a node"),
        ("{id: a.x, type: list, model: crm.customer, columns: ['a b']}", "view.value", "form"),
        ("{id: a.x, type: form, model: crm.customer, body: [{sektion: x}]}", "view.unknown_node", "section"),
        ("{id: a.x, type: form, model: crm.customer, body: [{page: x}]}", "view.unknown_node", "page"),
        ("{id: a.x, type: form, model: crm.customer, body: [{section: s, columns: 9}]}", "view.value", "4"),
        ("{id: a.x, type: form, model: crm.customer, body: [name, name]}", "view.duplicate_node", "field/name"),
        ("{id: a.x, type: list, model: crm.custmer, columns: [name]}", "view.unknown_model", "crm.customer"),
        ("{id: a.x, type: list, model: crm.customer, columns: [nme]}", "view.unknown_field", "name"),
        ("{id: a.x, type: list, model: crm.customer, columns: [name.x]}", "view.path", "no relation"),
        ("{id: a.x, type: list, model: crm.customer, columns: [point_entries.points]}", "view.path", "many records"),
        ("{id: a.x, type: list, model: crm.customer, columns: [name], order: nme}", "view.unknown_field", "name"),
        ("{id: a.x, type: list, model: crm.customer, columns: [name], order: name down}", "view.order", "order"),
        (
            "{id: a.x, type: list, model: crm.customer, columns: [name], actions: [confrm]}",
            "view.unknown_action",
            "confirm",
        ),
        ("{id: a.x, type: list, model: crm.customer, columns: [name], open: a.y}", "view.unknown_view", "a.x"),
        ("{id: a.x, type: chart, model: crm.customer, measure: 'points:som', by: level}", "view.measure", "sum"),
        ("{id: a.x, type: chart, model: crm.customer, measure: 'name:sum', by: level}", "view.field_kind", "integer"),
        (
            "{id: a.x, type: chart, model: crm.customer, measure: 'id:count', by: 'birthday:moth'}",
            "view.period",
            "month",
        ),
        ("{id: a.x, type: calendar, model: crm.customer, start: name}", "view.field_kind", "date"),
        (
            "{id: a.x, type: form, model: crm.customer, body: [{related: r, model: crm.pont, by: x}]}",
            "view.unknown_model",
            "crm",
        ),
        ("{id: a.x, inherit: a.y, patch: []}", None, ""),
        ("{id: a.x, inherit: a.y, patch: [{afer: x}]}", "view.patch", "after"),
        ("{id: a.x, inherit: a.y, patch: [{after: x}]}", "view.patch", "add"),
        ("{id: a.x, inherit: a.y, patch: [{remove: x}]}", "view.unknown_view", "a.y"),
        ("{id: a.x, inherit: a.y, patch: 3}", "view.value", "list"),
        ("{inherit: a.y, patch: [3]}", "view.value", "mapping"),
        ("3", "view.value", "mapping"),
    ],
)
def test_bad_entries_name_place_and_nearest(tmp_path: Path, entry: str, code: str | None, told: str) -> None:
    views = build(tmp_path, a=f"views:\n  - {entry}\n")
    assert codes(views) == ([code] if code else [])
    for fault in views.faults:
        assert told in str(fault)
        assert fault.where.line == 2
        assert fault.where.addon == "a"


def test_all_faults_at_once_and_what_is_right_stays(tmp_path: Path) -> None:
    text = """
veiws: []
views:
  - id: a.list
    type: list
    model: crm.customer
    columns:
      - name
      - nope
      - {field: phone, widget: sparkle}
menus: 3
panels:
  - {id: a.p, place: workbench, label: P}
"""
    views = build(tmp_path, a=text)
    assert [(fault.code, fault.where.line) for fault in views.faults] == [
        ("view.unknown_key", 2),
        ("view.value", 11),
        ("view.panel", 13),
        ("view.unknown_field", 9),
    ]
    assert refs(views.view("a.list").slot("columns")) == ["column/name", "column/phone"]


def test_a_broken_file_costs_no_other(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "views"
    folder.mkdir(parents=True)
    (folder / "bad.yaml").write_text("views: [", encoding="utf-8")
    (folder / "empty.yaml").write_text("", encoding="utf-8")
    (folder / "list.yaml").write_text("- 1", encoding="utf-8")
    views = build(tmp_path, a="views: [{id: good, type: list, model: crm.customer, columns: [name]}]")
    assert len(views.faults) == 2
    assert views.ids() == ("a.good",)
