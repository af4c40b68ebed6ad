"""Plain data for the pages of statistics: the question as a sentence of selects, the answer, the library."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from addons.base_report.models.report import SHARE_RIGHT
from addons.base_report.services.answer import Answer
from addons.base_report.services.dimensions import PERSON
from addons.base_report.services.measures import Offered, offered_measures, text
from addons.base_report.services.periods import COMPARED, RANGES
from addons.base_report.services.question import FILTERS, KINDS, MOST_MEASURES, NOTHING, Question
from addons.base_report.services.reports import reports_for
from core.api import PERIOD_LABELS, Environment, Request, _, formats, has_right, sheet_formats

_ICONS = {"bar": "chart-bar", "line": "chart-line", "pie": "chart-pie", "funnel": "filter", "table": "table"}
_CHOICES = {
    "person": "/choices/core.department/head",
    "team": "/choices/core.user/main_team",
    "department": "/choices/core.user/department",
    "company": "/choices/core.user/company",
}
"""Where the selection boxes of filters search."""
_SHOWN_FILTERS = ("person", "team", "department")


def statistics_data(
    request: Request, env: Environment, question: Question, answer: Answer, report: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return what the page of a question shows.

    Args:
        request: The request.
        env: The environment of the reader.
        question: What was asked.
        answer: What was found.
        report: The saved report it was opened from; None: none.
    """
    return {
        "question": _selects(env, question),
        "filters": _filters(env, question),
        "has_list": question.domain is not None,
        "without_list": question.url(domain=None),
        "span": f"{formats.date(question.span.start, env.lang)} – {formats.date(question.span.last, env.lang)}",
        "answer": answer,
        "unit_words": text(env, PERIOD_LABELS[question.unit]) if question.unit else "",
        "report": report,
        "report_changed": report is not None and _differs(report["query"], question),
        "save_url": question.url("reports", report=None),
        "exports": _exports(request, env, question, answer),
        "roles": _roles(env),
        "turned_url": _turned(question),
    }


def _selects(env: Environment, question: Question) -> dict[str, Any]:
    """Return the question as the selects of a sentence."""
    names = [each.measure.name for each in question.measures]
    given = question.parameters
    return {
        "kept": {name: given[name] for name in ("chart", "domain", "report") if given.get(name)},
        "measures": [
            _measure_groups(question.offered, names[place] if place < len(names) else None)
            for place in range(min(len(names) + 1, MOST_MEASURES))
        ],
        "by": _options({NOTHING: _("no groups")} | _labels(question), _key(question.by), env),
        "then": _options(
            {NOTHING: _("nothing else")} | _labels(question, but=_key(question.by)), _key(question.then), env
        ),
        "units": _options({NOTHING: _("without periods"), **PERIOD_LABELS}, question.unit or NOTHING, env),
        "ranges": _options(RANGES, question.range, env),
        "is_custom": question.range == "custom",
        "start": question.span.start.isoformat(),
        "last": question.span.last.isoformat(),
        "compares": _options({NOTHING: _("nothing to compare"), **COMPARED}, question.compare or NOTHING, env),
        "kinds": [
            {
                "name": name,
                "label": text(env, label),
                "icon": _ICONS[name],
                "url": question.url(chart=name),
                "is_on": name == question.chart,
            }
            for name, label in KINDS.items()
        ],
    }


def _key(dimension: Any) -> str:
    return NOTHING if dimension is None else str(dimension.key)


def _labels(question: Question, but: str = NOTHING) -> dict[str, Any]:
    return {key: each.label for key, each in question.dimensions.items() if key != but}


def _options(labels: Mapping[str, Any], on: str, env: Environment) -> list[dict[str, Any]]:
    return [{"key": key, "label": text(env, label), "is_on": key == on} for key, label in labels.items()]


def _measure_groups(offered: Mapping[str, Offered], on: str | None) -> list[dict[str, Any]]:
    """Return the measures by heading, as a select shows them."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for name, each in offered.items():
        groups.setdefault(each.group, []).append(
            {"key": name, "label": each.full, "short": each.label, "is_on": name == on}
        )
    return [{"label": label, "options": options} for label, options in groups.items()]


def _filters(env: Environment, question: Question) -> list[dict[str, Any]]:
    """Return the filters by organisation with what is chosen; one statement for each that is set."""
    found = []
    for name in FILTERS:
        key, _operator = FILTERS[name]
        chosen = question.filters.get(name)
        if key not in question.dimensions or (name not in _SHOWN_FILTERS and chosen is None):
            continue
        dimension = question.dimensions[key]
        value = None
        if chosen is not None:
            rows = env[str(dimension.comodel)].read([["id", "=", chosen]], ["display_name"])
            value = (chosen, rows[0]["display_name"] if rows else formats.NONE)
        found.append({"name": name, "label": dimension.label, "choices": _CHOICES[name], "value": value})
    return found


def _differs(query: Mapping[str, Any], question: Question) -> bool:
    """Tell whether the question is another than that of the report."""
    now = {name: value for name, value in question.parameters.items() if name != "report"}
    return now != {name: value for name, value in query.items() if value not in (None, "", [])}


def _exports(request: Request, env: Environment, question: Question, answer: Answer) -> list[dict[str, Any]]:
    """Return the ways out of the system: none without the right to export every model measured."""
    offered = [sheet_formats(request, model) for model in question.models]
    if not all(offered):
        return []
    parts = [("chart", _("Chart"))] if answer.chart is not None else []
    parts += [("table", _("Table"))] if answer.grid is not None else []
    return [
        {
            "label": f"{text(env, label)} · {each['label']}",
            "url": question.url(f"export/{part}/{each['name']}", report=None),
        }
        for part, label in parts
        for each in offered[0]
    ]


def _roles(env: Environment) -> list[dict[str, str]]:
    """Return the roles to share with; none without the right to."""
    if not has_right(env, SHARE_RIGHT):
        return []
    return [{"key": row["key"], "label": row["label"]} for row in env["core.group"].read([], ["key", "label"])]


def _turned(question: Question) -> str | None:
    """Return the question with its two dimensions exchanged; None where there is only one."""
    if question.by is None or question.then is None:
        return None
    return question.url(by=question.then.key, then=question.by.key)


def library_data(env: Environment) -> dict[str, Any]:
    """Return what the library shows: reports, and what can be counted, by object."""
    reports = [
        {
            "id": row["id"],
            "name": row["name"],
            "url": f"/x/base_report/statistics?report={row['id']}",
            "is_own": row["is_own"],
            "is_pinned": row["is_pinned"],
            "by": row["user.name"] or "",
            "icon": _ICONS.get(row["query"].get("chart", "bar"), "chart-bar"),
        }
        for row in reports_for(env)
    ]
    groups: dict[str, list[dict[str, Any]]] = {}
    for name, each in offered_measures(env).items():
        unit = PERSON if each.person else NOTHING
        groups.setdefault(each.group, []).append(
            {"label": each.label, "url": f"/x/base_report/statistics?m={name}&by={unit}"}
        )
    return {"reports": reports, "groups": [{"label": label, "measures": found} for label, found in groups.items()]}
