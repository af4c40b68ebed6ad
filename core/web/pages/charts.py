"""Records as a chart with its table (layer web; CORE-78).

Chart and table are drawn from one aggregate, so their numbers are equal; every value opens the records behind it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from core.i18n import _, formats
from core.render.chart import Cell, Chart, Line
from core.render.values import Formatter
from core.views.vocabulary import CHART_KINDS
from core.web.api.models import may
from core.web.errors import malformed
from core.web.pages.buckets import REST, Bucket, Group, buckets_of, read_groups
from core.web.pages.comparing import AWAY, Before, before_of, change_of, is_compared, read_earlier, time_now
from core.web.pages.exporting import export_links
from core.web.pages.figures import (
    Dimension,
    Measure,
    Parts,
    chosen,
    count_of,
    dimension_options,
    dimensions_offered,
    measures_offered,
)
from core.web.pages.frame import formatter_of
from core.web.pages.search import joined
from core.web.pages.viewing import filled

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.web.call import Call
    from core.web.pages.search import Listing

MOST_CATEGORIES = 6
"""Categories of a chart; the rest is gathered as "Other"."""
_ICONS = {"bar": "chart-bar", "line": "chart-line", "pie": "chart-pie", "funnel": "filter"}
_KINDS = {"bar": _("Bars"), "line": _("Line chart"), "pie": _("Pie"), "funnel": _("Funnel")}


@dataclass(frozen=True)
class Question:
    """What a chart asks."""

    kind: str
    measure: Measure
    by: Dimension
    series: Dimension | None
    is_stacked: bool
    most: int = MOST_CATEGORIES
    is_compared: bool = False
    """Whether the year before stands beside; then there is no second dimension."""


def show_chart(call: Call, listing: Listing) -> dict[str, Any]:
    """Return the chart, its table and the question as selects. One statement, one more for each dimension of records.

    Raises:
        RequestError: A parameter is wrong.
    """
    measures, dimensions = _offered(call, listing)
    question = _asked(listing, measures, dimensions)
    address = opener(call, listing)
    before = before_of(call, listing, question.by.path) if question.is_compared else None
    chart, is_too_much = build_chart(call, listing.info, listing.domain, question, address, before)
    return {
        "chart": chart,
        "is_too_much": is_too_much,
        "has_answer": bool(chart.lines),
        "is_more": False,
        "now": time_now(call),
        "question": _as_selects(call, listing, question, measures, dimensions),
        "total": int(chart.count.value or 0) if chart.count else 0,
        "may_print": may(call.env, listing.info, "print"),
        "exports": export_links(call, listing.info, {**listing.parameters, "view": "chart", "page": None}),
    }


def chart_of(call: Call, listing: Listing) -> Chart:
    """Return the chart alone, without ways to the records, to be written to a file.

    Raises:
        RequestError: A parameter is wrong, or there are too many groups.
    """
    question = _asked(listing, *_offered(call, listing))
    before = before_of(call, listing, question.by.path) if question.is_compared else None
    chart, is_too_much = build_chart(call, listing.info, listing.domain, question, lambda _domain: "", before)
    if is_too_much:
        raise malformed(_("Too many groups to draw"), hint=_("Choose longer periods or another dimension."), key="by")
    return chart


def _offered(call: Call, listing: Listing) -> tuple[dict[str, Measure], dict[str, Dimension]]:
    view = listing.view
    groupings = [key for key, _label in listing.groupings]
    return (
        measures_offered(call, listing.info, view.slot("measure")),
        dimensions_offered(call, listing.info, view.slot("by"), groupings),
    )


def _asked(listing: Listing, measures: Mapping[str, Measure], dimensions: Mapping[str, Dimension]) -> Question:
    view, given = listing.view, listing.parameters
    own = [str(node.attrs["by"]) for node in view.slot("by")]
    named = [part for part in given.get("by", "").split(",") if part not in ("", "-")]
    keys = named or [key if key in dimensions else f"{key}:month" for key in own]
    second = given.get("series") or (keys[1] if len(keys) > 1 else "")
    kind = chosen({name: name for name in CHART_KINDS}, given.get("chart") or str(view.get("chart") or "bar"), "chart")
    by = chosen(dimensions, keys[0], "by")
    series = (
        chosen(dimensions, second, "series") if second not in ("", "-", keys[0]) and kind in ("bar", "line") else None
    )
    compares = is_compared(listing) and bool(by.period) and kind in ("bar", "line")
    return Question(
        kind,
        chosen(measures, given["measure"], "measure") if "measure" in given else next(iter(measures.values())),
        by,
        None if compares else series,
        given.get("stacked", "1" if view.get("stacked") else "") == "1",
        view.get("limit") or MOST_CATEGORIES,
        compares,
    )


def opener(call: Call, listing: Listing) -> Callable[[Any], str]:
    """Return the function that gives the list of the records for which a condition holds beside those of the page."""
    own = filled(listing.view.get("domain"), call.env)
    away = dict.fromkeys(AWAY)

    def address(domain: Any) -> str:
        return listing.url(**{**away, "view": "list", "domain": joined([listing.custom, own, domain])})

    return address


def build_chart(
    call: Call,
    info: Any,
    domain: Any,
    question: Question,
    address: Callable[[Any], str],
    before: Before | None = None,
) -> tuple[Chart, bool]:
    """Return a chart, and whether there is too much to show (then it has no lines).

    Args:
        call: The request, with whose rights everything is read.
        info: The model.
        domain: Which records count.
        question: What is asked.
        address: Gives the list of the records for a condition.
        before: Where the year before is found; None shows none.
    """
    measure, by, series = question.measure, question.by, question.series
    formatter = formatter_of(call)
    groups, is_too_much = read_groups(call, info, domain, [by, *([series] if series else [])], [measure])
    if is_too_much:
        groups = []
    colored = 5 if question.kind == "pie" else question.most
    lines = _gather(call, by, groups, 0, measure, colored if question.kind in ("pie", "funnel") else question.most)
    stacks = _gather(call, series, groups, 1, measure, 5) if series else [(Bucket(None, measure.label, None), groups)]
    count = count_of(call, info)

    def cell(of: Measure, kept: Sequence[Group], *domains: Any) -> Cell:
        value = of.value([group.parts for group in kept])
        return make_cell(formatter, of, value, address(joined(domains)) if kept else None)

    shown = []
    whole = measure.value([group.parts for group in groups])
    for bucket, members in lines:
        ids = {id(group) for group in members}
        both = [(stack, [group for group in held if id(group) in ids]) for stack, held in stacks]
        cells = tuple(cell(measure, kept, bucket.domain, stack.domain) for stack, kept in both)
        own = measure.value([group.parts for group in members])
        shown.append(
            Line(
                bucket.label,
                cells,
                cell(measure, members, bucket.domain) if series else None,
                formats.percent(float(own) / float(whole), call.lang, 1)
                if measure.adds_up and whole and own is not None
                else None,
                cell(count, members, bucket.domain) if measure.key != count.key else None,
            )
        )
    totals = tuple(cell(measure, held, stack.domain) for stack, held in stacks)
    chart = Chart(
        question.kind,
        measure.label,
        by.label,
        tuple(stack.label for stack, _held in stacks),
        tuple(shown),
        totals,
        cell(measure, groups),
        cell(count, groups),
        question.is_stacked and series is not None,
        bool(by.period),
    )
    if before is not None and not is_too_much:
        chart = _with_year_before(call, info, chart, question, [bucket for bucket, _members in lines], before)
    return chart, is_too_much


def _with_year_before(
    call: Call, info: Any, chart: Chart, question: Question, buckets: Sequence[Bucket], before: Before
) -> Chart:
    """Return a chart with the figures of the year before as its second series."""
    measure, formatter = question.measure, formatter_of(call)
    values = [bucket.value for bucket in buckets]
    earlier = read_earlier(call, info, before, [question.by], 0, [measure], values)

    def cell(groups: Sequence[Group], domain: Any) -> Cell:
        value = measure.value([group.parts for group in groups])
        return make_cell(formatter, measure, value, earlier.address(domain) if groups else None)

    lines = []
    for bucket, line in zip(buckets, chart.lines, strict=True):
        there = [group for group in earlier.groups if group.values[0] == bucket.value]
        then = cell(there, earlier.of(bucket.value))
        change = change_of(line.cells[0].value, then.value, call.lang)
        lines.append(replace(line, cells=(line.cells[0], then), change=change))
    whole = cell(earlier.groups, earlier.everything)
    return replace(
        chart,
        series=(measure.label, call.text(_("The year before"))),
        lines=tuple(lines),
        totals=(chart.totals[0], whole),
        change=change_of(chart.totals[0].value, whole.value, call.lang),
    )


def _gather(
    call: Call, dimension: Dimension, groups: Sequence[Group], place: int, measure: Measure, most: int
) -> list[tuple[Bucket, list[Group]]]:
    """Return the buckets of one dimension with their groups."""
    members: dict[Any, list[Group]] = {}
    for group in groups:
        members.setdefault(group.values[place], []).append(group)
    parts: Mapping[Any, Sequence[Parts]] = {value: [group.parts for group in held] for value, held in members.items()}
    buckets = buckets_of(call, dimension, parts, measure, most if len(parts) > MOST_CATEGORIES else MOST_CATEGORIES)
    named = {bucket.value for bucket in buckets}
    rest = [group for group in groups if group.values[place] not in named]
    return [(bucket, rest if bucket.value is REST else members.get(bucket.value, [])) for bucket in buckets]


def make_cell(formatter: Formatter, measure: Measure, value: Any, url: str | None = None) -> Cell:
    """Return a value as chart and table show it."""
    if value is None:
        return Cell(formats.NONE, formats.NONE, None, url)
    kind = measure.field.kind if measure.field is not None else "integer"
    if measure.how in ("count", "count_distinct") or kind in ("integer", "float", "decimal"):
        text = formats.number(value, formatter.lang)
    elif kind == "money":
        text = formats.money(value, formatter.lang, formatter.currency, sign=False)
    else:
        return Cell(formatter.show(measure.field, value).text, formatter.show(measure.field, value).text, None, url)
    return Cell(text, formats.large(value, formatter.lang), float(value), url)


def _as_selects(
    call: Call,
    listing: Listing,
    question: Question,
    measures: Mapping[str, Measure],
    dimensions: Mapping[str, Dimension],
) -> dict[str, Any]:
    """Return the question as the selects of a sentence."""
    on = question.series.key if question.series else None
    away = ("measure", "by", "series", "stacked", "page", "compare")
    return {
        "kept": {name: value for name, value in listing.parameters.items() if name not in away},
        "measures": [
            {"key": key, "label": each.label, "is_on": key == question.measure.key} for key, each in measures.items()
        ],
        "by": dimension_options(call, dimensions, question.by.key),
        "series": dimension_options(call, dimensions, on),
        "has_series": question.kind in ("bar", "line") and not question.is_compared,
        "has_compare": question.kind in ("bar", "line") and bool(question.by.period),
        "is_compared": question.is_compared,
        "is_split": on is not None,
        "is_stacked": question.is_stacked,
        "kinds": [
            {
                "name": name,
                "label": call.text(label),
                "icon": _ICONS[name],
                "url": listing.url(chart=name),
                "is_on": name == question.kind,
            }
            for name, label in _KINDS.items()
        ],
    }
