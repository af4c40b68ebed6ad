"""What statistics are asked: measures, groups, periods, filters. The whole question lies in the address, and in a saved report."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from addons.base_report.services.dimensions import PERSON, Dimension, offered_dimensions
from addons.base_report.services.measures import Offered, offered_measures
from addons.base_report.services.periods import COMPARED, RANGES, Span, compared_span, period_end, periods_of, span_of
from core.api import PERIOD_LABELS, Environment, ValidationError, _, id_of

MOST_MEASURES = 5
"""As many as quantity, amount, cost, profit and margin (PROD-13)."""
KINDS: Mapping[str, Any] = {
    "bar": _("Bars"),
    "line": _("Line chart"),
    "pie": _("Pie"),
    "funnel": _("Funnel"),
    "table": _("Table"),
}
FILTERS: Mapping[str, tuple[str, str]] = {
    "person": (PERSON, "="),
    "team": ("@team", "="),
    "department": ("@department", "under"),
    "company": ("@company", "under"),
}
"""Parameter → dimension and operator: a department counts with those below it."""
PARAMETERS = ("m", "by", "then", "unit", "range", "from", "to", "compare", "chart", *FILTERS, "domain", "report")
LONGEST = 8000
"""Characters of conditions that come from a list."""
_DEFAULTS = {"by": PERSON, "unit": "month", "range": "this_year", "chart": "bar"}
NOTHING = "-"


@dataclass(frozen=True)
class Question:
    """One question, all of whose parts are there for the user."""

    measures: tuple[Offered, ...]
    by: Dimension | None
    then: Dimension | None
    unit: str
    """A period of `PERIOD_LABELS`; empty: no time."""
    range: str
    span: Span
    compare: str
    """One of `COMPARED`; empty: nothing."""
    chart: str
    filters: Mapping[str, int]
    domain: Any
    """More conditions, of the one model that is measured; None: none."""
    first_month: int
    parameters: Mapping[str, Any]
    """As in the address."""
    offered: Mapping[str, Offered]
    dimensions: Mapping[str, Dimension]

    @property
    def model(self) -> str | None:
        """The model that all measures are of; None where there are several."""
        models = {each.measure.model for each in self.measures}
        return next(iter(models)) if len(models) == 1 else None

    @property
    def models(self) -> list[str]:
        """All models measured."""
        return list(dict.fromkeys(each.measure.model for each in self.measures))

    @property
    def compared(self) -> Span | None:
        """The days compared with."""
        return compared_span(self.span, self.compare) if self.compare else None

    def periods(self, span: Span) -> list[Any]:
        """Return the first days of the periods of a span; none without a unit."""
        return periods_of(span, self.unit, self.first_month) if self.unit else []

    def part_of(self, span: Span, start: dt.date) -> Span:
        """Return the days of a span that lie in the period that begins on a day."""
        end = period_end(self.unit, start)
        return Span(max(start, span.start), min(end - dt.timedelta(days=1), span.last))

    def conditions(self, measure: Offered, span: Span) -> list[Any]:
        """Return the conditions on the records of a measure within a span, all of which hold."""
        found: list[Any] = [
            [measure.date, ">=", span.start.isoformat()],
            [measure.date, "<", span.end.isoformat()],
        ]
        for name, value in self.filters.items():
            key, operator = FILTERS[name]
            found.append(self.dimensions[key].domain(measure, operator, value))
        return [*found, *_listed(measure.measure.domain), *_listed(self.domain)]

    def url(self, path: str = "statistics", **changes: Any) -> str:
        """Return the address of the question with some parameters changed; None leaves one out."""
        return f"/x/base_report/{path}?{urlencode(_kept({**self.parameters, **changes}), doseq=True)}"


def _listed(domain: Any) -> list[Any]:
    """Return a domain as conditions that all hold."""
    if domain in (None, [], {}):
        return []
    is_plain = isinstance(domain, list) and not isinstance(domain[0], str)
    return list(domain) if is_plain else [domain]


def _kept(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if value not in (None, "", [], ())}


def read_question(env: Environment, given: Mapping[str, Any]) -> Question:
    """Return the question that parameters ask. One statement, for measures that are records.

    Args:
        env: The environment of who asks.
        given: Parameters as in the address; ``m`` a list of names of measures.

    Raises:
        ValidationError: Something asked for is not there, or not for this user; both answer alike.
    """
    offered = offered_measures(env)
    names = list(dict.fromkeys(name for name in given.get("m", ()) if name and name != NOTHING))
    if len(names) > MOST_MEASURES:
        raise ValidationError(_("At most %(limit)s numbers side by side.", limit=MOST_MEASURES), field="m")
    if not names:
        names = list(offered)[:1]
    if not names:
        raise ValidationError(_("There is nothing to count that you may see."), field="m")
    measures = tuple(_chosen(offered, name, "m") for name in names)
    dimensions = offered_dimensions(env, measures)
    by = _dimension(dimensions, given.get("by", _usual_by(dimensions)), "by")
    then = _dimension(dimensions, given.get("then", ""), "then")
    unit = _word(given.get("unit", _DEFAULTS["unit"]), PERIOD_LABELS, "unit")
    first_month = int(getattr(env.company, "fiscal_year_start", None) or 1)
    name = _word(given.get("range") or _DEFAULTS["range"], RANGES, "range")
    span = span_of(name, env.today(), first_month, given.get("from", ""), given.get("to", ""))
    compare = _word(given.get("compare", ""), COMPARED, "compare")
    question = Question(
        measures,
        by,
        then if by is not None and then != by else None,
        unit,
        name,
        span,
        compare,
        _word(given.get("chart") or _DEFAULTS["chart"], KINDS, "chart"),
        {name: _number(given[name], name) for name in FILTERS if given.get(name) and FILTERS[name][0] in dimensions},
        _domain(env, given.get("domain", ""), measures),
        first_month,
        {**_kept({name: given.get(name) for name in PARAMETERS}), "m": names},
        offered,
        dimensions,
    )
    question.periods(span)
    if question.compared is not None:
        question.periods(question.compared)
    return question


def default_measures(env: Environment, model: str) -> list[str]:
    """Return the measures to begin with for a model: its number of records."""
    name = f"{model}:count"
    offered = offered_measures(env)
    if name in offered:
        return [name]
    return [next((key for key, each in offered.items() if each.measure.model == model), "")]


def _usual_by(dimensions: Mapping[str, Dimension]) -> str:
    return PERSON if PERSON in dimensions else NOTHING


def _chosen(offered: Mapping[str, Any], key: str, field: str) -> Any:
    if key not in offered:
        raise ValidationError(_("“%(name)s” is nothing that can be chosen here.", name=key[:80]), field=field)
    return offered[key]


def _dimension(dimensions: Mapping[str, Dimension], key: str, field: str) -> Dimension | None:
    return None if key in ("", NOTHING) else _chosen(dimensions, key, field)


def _word(text: str, known: Mapping[str, Any], field: str) -> str:
    if text in ("", NOTHING):
        return ""
    _chosen(known, text, field)
    return text


def _number(text: Any, field: str) -> int:
    number = id_of(text) if isinstance(text, str) else None
    if number is None:
        raise ValidationError(_("This is no id of a record."), field=field)
    return number


def _domain(env: Environment, text: str, measures: Sequence[Offered]) -> Any:
    """Return conditions that came from a list; only where one model is measured."""
    if not text or len({each.measure.model for each in measures}) != 1:
        return None
    try:
        found = json.loads(text) if len(text) <= LONGEST else 0
    except (ValueError, RecursionError):
        found = 0
    if not isinstance(found, (list, dict)):
        raise ValidationError(_("The conditions can't be read."), field="domain")
    return found
