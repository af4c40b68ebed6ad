"""Panels of the workbench and of pages of addons: which ones a user has, and GET /panels/<id>, the content of one (layer web; CORE-45).

Each is fetched by itself, so that a slow one keeps nobody waiting and a faulty one shows its error alone. Panels beside a record get its
id as ``record``; they read with the rights of who asks, so an id that somebody makes up shows nothing more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.errors import CoreError
from core.i18n import _
from core.render.extras import in_order
from core.render.table import Table
from core.render.workbench import PanelBody, Place
from core.views import Node
from core.views.menus import Panel
from core.web.api.models import may
from core.web.errors import not_found
from core.web.ids import id_of
from core.web.pages.addresses import record_url, records_url, with_query
from core.web.pages.charts import Question, build_chart, make_cell
from core.web.pages.columns import bind_columns, paths_to_read, show_rows
from core.web.pages.figures import Dimension, Measure, dimension_of, measure_of, read_measures
from core.web.pages.frame import formatter_of
from core.web.pages.search import joined
from core.web.pages.viewing import filled, view_for, viewset
from core.web.routes import Endpoint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from core.orm.environment import Environment
    from core.orm.modelinfo import ModelInfo
    from core.views import View
    from core.web.call import Call
    from core.web.request import Response

WORKBENCH = "workbench"
ROWS = 8
"""Rows of a list where the panel does not say how many."""


def panels_for(env: Environment, place: str = WORKBENCH) -> list[Panel]:
    """Return the panels of a place that the user may see: by group, by the right to read the model, by the fields they refer to."""
    if env.registry.views is None:
        return []
    declared = [panel for panel in viewset(env).panels if panel.place == place and _may_see(env, panel)]
    return declared + (_own_panels(env) if place == WORKBENCH else [])


def _own_panels(env: Environment) -> list[Panel]:
    """Return what addons put on the workbench of this user alone."""
    return [
        Panel(each.id, WORKBENCH, each.label, url=each.url, sequence=each.sequence, width=each.width)
        for each in in_order(env.hook.workbench_panels(env=env))
    ]


def _may_see(env: Environment, panel: Panel) -> bool:
    if panel.groups and not any(env.guard.has_group(env, group) for group in panel.groups):
        return False
    model = panel.model
    if panel.view:
        view = viewset(env).view(panel.view)
        model = view.model
        try:
            view_for(env, model, view.type, panel.view)
        except CoreError:
            return False
    if model is not None and not (model in env.registry.models and may(env, env.registry[model], "read")):
        return False
    return not any(_is_hidden(env, name) for name in panel.reads)


def _is_hidden(env: Environment, name: str) -> bool:
    model, _dot, field = name.rpartition(".")
    info = env.registry.models.get(model)
    return info is not None and field in env.hidden_fields(info, "read")


def panels_at(request: Any, place: str, *, record: int | None = None) -> list[Place]:
    """Return the panels that stand at a place of an addon's page, as far as the user may see them, by sequence.

    Their content comes by itself: the template ``panelgrid.html`` draws where each stands.

    Args:
        request: The request of a route.
        place: What ``place`` of the panels says, such as ``crm_base.customer_view``.
        record: Id of the record that the page is about; None: of none.
    """
    call: Call = request.call
    return [_placed(call, panel, record) for panel in panels_for(call.env, place)]


def _placed(call: Call, panel: Panel, record: int | None) -> Place:
    env, label = call.env, call.text(panel.label)
    names = {} if record is None else {"record": record}
    new_url = None
    if panel.model is not None and panel.defaults is not None and may(env, env.registry[panel.model], "create"):
        defaults = filled(panel.raw_defaults, env, **names)
        new_url = record_url(panel.model, "new", defaults=defaults or None, back=call.request.path)
    return Place(
        panel.id,
        label,
        panel.kind,
        panel.width or (12 if panel.kind in ("list", "view", "url") else 6),
        True,
        call.text(panel.help) if panel.help else None,
        filled(panel.url, env, **names)
        if panel.url
        else with_query(f"/panels/{panel.id}", {"place": panel.place, **names}),
        panel.icon,
        new_url,
        panel.options or {},
    )


def show_panel(call: Call, panel: str) -> Response:
    """Answer with the content of one panel.

    ``place`` is where it stands, the workbench where it is absent; ``record`` the id of the record beside which it stands there.

    Raises:
        MissingRecord: There is no such panel, or it is not for this user.
    """
    number = id_of(call.request.args.get("record", ""))
    names = {} if number is None else {"record": number}
    place = call.request.args.get("place", WORKBENCH)
    found = next((each for each in panels_for(call.env, place) if each.id == panel), None)
    if found is None:
        raise not_found()
    try:
        body = _body(call, found, names)
    except CoreError as error:
        body = PanelBody(call.text(found.label), "error", call.text(error.message))
    return call.page("panel.html", body=body)


def _body(call: Call, panel: Panel, names: Mapping[str, Any]) -> PanelBody:
    env, label = call.env, call.text(panel.label)
    help_text = call.text(panel.help) if panel.help else None
    if panel.kind == "widget":
        return PanelBody(label, "widget", {"name": panel.widget, "options": panel.options or {}}, None, help_text)
    if panel.kind == "url":
        return PanelBody(label, "link", None, filled(panel.url, env, **names))
    if panel.kind == "view":
        return _view_body(call, panel, label, names)
    info = env.registry[str(panel.model)]
    domain = filled(panel.raw_domain, env, **names)
    address = _opener(info, domain)
    if panel.kind == "figure":
        measure = measure_of(call, info, panel.measure[0])
        row = env[info.name].aggregate(domain, read_measures([measure]))[0]
        cell = make_cell(formatter_of(call), measure, measure.value([row]), address(None))
        return PanelBody(label, "figure", cell, address(None), help_text)
    if panel.kind == "chart":
        measure = measure_of(call, info, panel.measure[0]) if panel.measure else measure_of(call, info, "id:count")
        dimensions = [dimension_of(call, info, key) for key in panel.by]
        return _chart_body(call, label, info, domain, (panel.chart or "bar", measure, dimensions), address, panel.limit)
    nodes = [Node("column", path, {"field": path}) for path in panel.columns]
    return _list_body(call, label, info, domain, nodes, panel.order, panel.limit or ROWS, address(None))


def _opener(info: ModelInfo, domain: Any) -> Callable[[Any], str]:
    # Without "f" the list would put its usual filters on top, and show fewer records than were counted.
    return lambda more: records_url(info.name, view="list", f="-", domain=joined([domain, more]))


def _chart_body(
    call: Call,
    label: str,
    info: ModelInfo,
    domain: Any,
    asked: tuple[str, Measure, list[Dimension]],
    address: Callable[[Any], str],
    limit: int | None = None,
) -> PanelBody:
    kind, measure, dimensions = asked
    series = dimensions[1] if len(dimensions) > 1 and kind in ("bar", "line") else None
    question = Question(kind, measure, dimensions[0], series, series is not None, limit or 6)
    chart, is_too_much = build_chart(call, info, domain, question, address)
    if is_too_much:
        return PanelBody(label, "error", call.text(_("Too many groups to draw")), address(None))
    keys = {"chart": kind, "measure": measure.key, "by": dimensions[0].key, "series": series.key if series else None}
    url = records_url(info.name, view="chart", f="-", domain=domain, **keys)
    return PanelBody(label, "chart", chart, url)


def _list_body(
    call: Call,
    label: str,
    info: ModelInfo,
    domain: Any,
    nodes: Iterable[Node],
    order: str | None,
    limit: int,
    url: str,
    view: View | None = None,
) -> PanelBody:
    columns = bind_columns(call, info.name, nodes)
    rows = call.env[info.name].read(domain, paths_to_read(columns, view), order, limit)
    decorations = view.get("decorations") if view is not None else None
    leads_to = view.get("leads_to") if view is not None else None
    shown = show_rows(call, info, columns, rows, formatter_of(call), decorations=decorations, leads_to=leads_to)
    return PanelBody(label, "list", Table(tuple(each.column for each in columns), shown), url)


def _view_body(call: Call, panel: Panel, label: str, names: Mapping[str, Any]) -> PanelBody:
    """Return another view: the first rows of a list, a chart, else the way to its page."""
    env = call.env
    declared = viewset(env).view(str(panel.view))
    info, view = env.registry[declared.model], view_for(env, declared.model, declared.type, panel.view)
    domain = joined([filled(view.get("domain"), env), filled(panel.raw_domain, env, **names)])
    address = _opener(info, domain)
    if view.type == "list":
        limit = panel.limit or ROWS
        order = panel.order or view.get("order")
        return _list_body(call, label, info, domain, view.slot("columns"), order, limit, address(None), view)
    if view.type == "chart":
        measure = measure_of(call, info, str(view.slot("measure")[0].attrs["measure"]), view.slot("measure")[0])
        dimensions = [dimension_of(call, info, str(node.attrs["by"]), node) for node in view.slot("by")]
        asked = (str(view.get("chart") or "bar"), measure, dimensions)
        return _chart_body(call, label, info, domain, asked, address, panel.limit or view.get("limit"))
    return PanelBody(label, "link", None, records_url(info.name, view=view.type, domain=domain))


ENDPOINTS = (Endpoint("/panels/<panel>", ("GET",), show_panel),)
