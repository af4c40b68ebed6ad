"""What can be counted and summed up over records, and by what: measures and dimensions of charts, pivots and panels (layer web; CORE-78)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.errors import Where, nearest
from core.i18n import _
from core.web.errors import RequestError
from core.web.pages.search import PERIOD_LABELS
from core.web.pages.viewing import Path, follow, label_of

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.modelinfo import ModelInfo
    from core.views import Node
    from core.web.call import Call

PERIODS = ("day", "week", "month", "quarter", "year", "fiscal_quarter", "fiscal_year")
NUMBERS = frozenset({"integer", "float", "decimal", "money"})
_GROUPABLE = frozenset({"selection", "lookup", "many2one", "boolean"})
_DATES = frozenset({"date", "datetime"})
_TECHNICAL = frozenset({"id", "version", "created_by", "updated_by", "updated_at", "display_name"})
_PARTS: Mapping[str, tuple[str, ...]] = {"avg": ("sum", "count")}
"""What is read for a measure, so that it can be told for several groups together."""
_HOW = {
    "count": _("Count: %(label)s"),
    "count_distinct": _("Different: %(label)s"),
    "avg": _("Average: %(label)s"),
    "min": _("Least: %(label)s"),
    "max": _("Greatest: %(label)s"),
}
Parts = Mapping[str, Any]
"""Values of one group as `BoundModel.aggregate` gives them: ``path:how`` → value."""


@dataclass(frozen=True)
class Measure:
    """A number summed up over records, such as ``amount:sum``."""

    key: str
    path: str
    how: str
    field: Any
    """None for the number of records."""
    label: str

    @property
    def parts(self) -> tuple[str, ...]:
        """What is to be read for it, as measures of one field."""
        return _PARTS.get(self.how, (self.how,))

    @property
    def adds_up(self) -> bool:
        """Whether the whole is the sum of its parts."""
        return self.how in ("sum", "count")

    def value(self, groups: Iterable[Parts]) -> Any:
        """Return the measure over several groups together; None: no value, or none that these groups can tell."""
        kept = list(groups)
        if self.how == "count_distinct":
            return kept[0][f"{self.path}:{self.how}"] if len(kept) == 1 else None
        found = {
            part: [group[f"{self.path}:{part}"] for group in kept if group.get(f"{self.path}:{part}") is not None]
            for part in self.parts
        }
        if self.how == "avg":
            count = sum(found["count"])
            return sum(found["sum"]) / count if count else None
        values = found[self.how]
        if self.adds_up:
            return sum(values)
        return (min if self.how == "min" else max)(values, default=None)


@dataclass(frozen=True)
class Dimension:
    """What records are grouped by, such as ``owner`` or ``date:month``."""

    key: str
    path: str
    period: str
    """Empty where whole values are groups."""
    field: Any
    label: str


def read_measures(measures: Iterable[Measure]) -> dict[str, Any]:
    """Return measures as `BoundModel.aggregate` takes them; the number of records is always among them."""
    wanted: dict[str, Any] = {"id": ["count"]}
    for measure in measures:
        parts = wanted.setdefault(measure.path, [])
        parts.extend(part for part in measure.parts if part not in parts)
    return wanted


def count_of(call: Call, info: ModelInfo) -> Measure:
    """Return the number of records as a measure."""
    return Measure("id:count", "id", "count", None, call.text(_("Number of records")))


def measure_of(call: Call, info: ModelInfo, key: str, node: Node | None = None) -> Measure:
    """Return the measure that a checked view names."""
    path, _colon, how = key.partition(":")
    if path == "id":
        plain = count_of(call, info)
        own = node.attrs.get("label") if node is not None else None
        return Measure(plain.key, "id", "count", None, call.text(own)) if isinstance(own, str) else plain
    found = follow(call.env, info.name, path)
    field = found.field if found is not None else None
    how = how or ("sum" if field is not None and field.kind in NUMBERS else "count")
    if node is not None and isinstance(node.attrs.get("label"), str):
        label = call.text(node.attrs["label"])
    else:
        label = _field_label(call, found, path)
        label = label if how == "sum" else call.text(_HOW[how]) % {"label": label}
    return Measure(f"{path}:{how}", path, how, field, label)


def dimension_of(call: Call, info: ModelInfo, key: str, node: Node | None = None) -> Dimension:
    """Return the dimension that a checked view names."""
    path, _colon, period = key.partition(":")
    found = follow(call.env, info.name, path)
    field = found.field if found is not None else None
    label = call.text(label_of(node, found)) if node is not None else _field_label(call, found, path)
    if field is not None and field.kind in _DATES and not period:
        period = "month"
    return Dimension(f"{path}:{period}" if period else path, path, period, field, label)


def _field_label(call: Call, path: Path | None, name: str) -> str:
    return call.text(path.field.label) if path is not None else name


def measures_offered(call: Call, info: ModelInfo, nodes: Sequence[Node]) -> dict[str, Measure]:
    """Return what may be measured, the view's own first: these, the number of records, sum and average of any number.

    Args:
        call: The request; fields its user may not read are left out.
        info: The model.
        nodes: Measures of the view as the user sees it.
    """
    found = [measure_of(call, info, str(node.attrs["measure"]), node) for node in nodes]
    found.append(count_of(call, info))
    for field in _fields(call.env, info):
        if field.kind in NUMBERS:
            found += [measure_of(call, info, f"{field.name}:{how}") for how in ("sum", "avg")]
    return _by_key(found)


def dimensions_offered(
    call: Call, info: ModelInfo, nodes: Sequence[Node], groupings: Iterable[str] = ()
) -> dict[str, Dimension]:
    """Return what may be grouped by, the view's own first.

    Args:
        call: The request; fields its user may not read are left out.
        info: The model.
        nodes: Dimensions of the view as the user sees it.
        groupings: Keys of the search view.
    """
    found = [dimension_of(call, info, str(node.attrs["by"]), node) for node in nodes]
    found += [dimension_of(call, info, key) for key in groupings]
    fields = _fields(call.env, info)
    found += [dimension_of(call, info, field.name) for field in fields if field.kind in _GROUPABLE]
    dates = [field for field in fields if field.kind in _DATES]
    found += [dimension_of(call, info, f"{field.name}:{period}") for field in dates for period in PERIODS]
    return _by_key(found)


def _by_key(found: Sequence[Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for each in found:
        kept.setdefault(each.key, each)
    return kept


def _fields(env: Environment, info: ModelInfo) -> list[Any]:
    hidden = env.hidden_fields(info, "read")
    return [
        field
        for name, field in info.fields.items()
        if name not in hidden and name not in _TECHNICAL and field.is_stored and not field.to_many
    ]


def chosen(offered: Mapping[str, Any], key: str, parameter: str) -> Any:
    """Return what a parameter of the address names.

    Raises:
        RequestError: It is not offered; what the user may not read answers like what is not there.
    """
    if key in offered:
        return offered[key]
    raise RequestError(
        400,
        _('"%(key)s" is nothing that "%(name)s" can be.', key=key[:80], name=parameter),
        code="request.parameter",
        hint=nearest(key[:80], offered),
        where=Where(key=parameter),
    )


def dimension_options(call: Call, offered: Mapping[str, Dimension], on: str | None) -> list[dict[str, Any]]:
    """Return the options of a select, dates in groups of their own: mappings (label, options), the first group without label."""
    plain: list[dict[str, Any]] = []
    dates: dict[str, list[dict[str, Any]]] = {}
    is_fiscal = (getattr(call.env.company, "fiscal_year_start", None) or 1) != 1
    for each in offered.values():
        if each.period.startswith("fiscal") and not is_fiscal and each.key != on:
            # Where the fiscal year begins in January these are the usual ones once more.
            continue
        if each.period:
            label = call.text(PERIOD_LABELS[each.period])
            option = {"key": each.key, "label": f"{each.label} · {label}", "is_on": each.key == on}
            dates.setdefault(each.label, []).append(option)
        else:
            plain.append({"key": each.key, "label": each.label, "is_on": each.key == on})
    return [{"label": "", "options": plain}, *({"label": key, "options": kept} for key, kept in dates.items())]
