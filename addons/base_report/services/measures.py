"""What is measured: the number of records and sums of money of every object with an owner, and what addons and administrators add."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from core.api import AccessDenied, Environment, ValidationError, _, formatter_for

HOWS = ("sum", "count", "avg", "min", "max", "rate")
"""What a measure may do with a field; all can be told for several groups together. ``profit/amount:rate`` is the one sum in percent of the other."""
NUMBERS = frozenset({"integer", "float", "decimal", "money"})
DATES = frozenset({"date", "datetime"})
_PARTS: Mapping[str, tuple[str, ...]] = {"avg": ("sum", "count"), "rate": ("sum",)}
Parts = Mapping[str, Any]
"""Values of a group, ``path:how`` → value."""


@dataclass(frozen=True)
class Measure:
    """A number that is counted or added up over records."""

    name: str
    """Unique, such as ``crm_sales.confirmed_amount``; letters, digits, dots and underscores."""
    label: Any
    """A text, or a message to be translated."""
    model: str
    value: str = "id:count"
    """Field or path with what is done to it, such as ``amount:sum``; see `HOWS`."""
    date: str | None = None
    """Path of the day that counts; None: the first date of the model, else when the record was made."""
    person: str | None = None
    """Path of the employee that counts; None: the owner, if the model has one."""
    domain: Any = None
    """Which records count; None: all."""
    dimensions: tuple[str, ...] = ()
    """Paths to group by besides the model's own choices and relations, such as ``customer.region``."""
    sequence: int = 50
    """Lower ones stand first."""
    group: Any = None
    """Heading it stands under; None: the label of the model."""
    is_automatic: bool = False
    """Whether nobody declared it."""

    @property
    def path(self) -> str:
        """The field summed up."""
        return self.value.partition(":")[0].partition("/")[0]

    @property
    def whole(self) -> str:
        """The field whose sum a rate is a part of; empty for all but rates."""
        return self.value.partition(":")[0].partition("/")[2]

    @property
    def how(self) -> str:
        """What is done to it."""
        return self.value.partition(":")[2]

    @property
    def adds_up(self) -> bool:
        """Whether the whole is the sum of its parts."""
        return self.how in ("sum", "count")

    @property
    def wanted(self) -> dict[str, Any]:
        """What is to be read, as ``aggregate`` takes it; the number of records always."""
        found: dict[str, list[str]] = {"id": ["count"]}
        if self.whole:
            found[self.whole] = ["sum"]
        parts = found.setdefault(self.path, [])
        parts.extend(part for part in _PARTS.get(self.how, (self.how,)) if part not in parts)
        return found

    def of(self, groups: Sequence[Parts]) -> Any:
        """Return the measure over several groups together; None if they have no value. A rate has two decimals."""
        if self.how == "rate":
            part, whole = (sum(group[f"{name}:sum"] or 0 for group in groups) for name in (self.path, self.whole))
            rate = Decimal(str(part)) * 100 / Decimal(str(whole)) if whole else None
            return None if rate is None else rate.quantize(Decimal("0.01"), ROUND_HALF_UP)
        found = {
            part: [group[f"{self.path}:{part}"] for group in groups if group[f"{self.path}:{part}"] is not None]
            for part in _PARTS.get(self.how, (self.how,))
        }
        if self.how == "avg":
            count = sum(found["count"])
            return sum(found["sum"]) / count if count else None
        values = found[self.how]
        if self.adds_up:
            return sum(values) if groups else None
        return (min if self.how == "min" else max)(values, default=None)


@dataclass(frozen=True)
class Offered:
    """A measure as somebody may use it: everything it names is there and readable."""

    measure: Measure
    label: str
    """What it is called among others of its model."""
    full: str
    """What it is called among all."""
    group: str
    """Heading it stands under."""
    date: str
    person: str | None
    field: Any
    """Field summed up; None for the number of records."""

    @property
    def kind(self) -> str:
        """Kind of field that shows its values."""
        if self.field is None or self.measure.how == "count":
            return "integer"
        return "decimal" if self.measure.how == "rate" else str(self.field.kind)


def offered_measures(env: Environment) -> dict[str, Offered]:
    """Return the measures the user may see, by name, in order. One statement, for those that are records."""
    declared: list[Measure] = [*_recorded(env), *(each for found in env.hook.register_measures() for each in found)]
    found: dict[str, Offered] = {}
    for measure in sorted(declared, key=lambda each: each.sequence):
        offer(env, measure, found)
    for measure in _automatic(env):
        offer(env, measure, found)
    return found


def offer(env: Environment, measure: Measure, found: dict[str, Offered]) -> None:
    """Add a measure, unless one of its name is there, or something it names is not there or hidden from the user."""
    info = env.registry.models.get(measure.model)
    if info is None or info.abstract or measure.name in found or measure.how not in HOWS or not may_read(env, info):
        return
    date = measure.date or usual_date(env, info)
    person = measure.person or info.owner_field
    field = None if measure.path == "id" else field_at(env, info, measure.path)
    day = field_at(env, info, date)
    if (measure.path != "id" and field is None) or day is None or day.kind not in DATES:
        return
    if measure.how in ("sum", "avg", "rate") and (field is None or field.kind not in NUMBERS):
        return
    whole = field_at(env, info, measure.whole) if measure.whole else None
    if (measure.how == "rate" or measure.whole) and (whole is None or whole.kind not in NUMBERS):
        return
    who = field_at(env, info, person) if person else None
    if person and (who is None or getattr(who, "comodel", None) != "core.user"):
        if measure.person:
            return
        person = None
    group = text(env, measure.group or info.label)
    label = text(env, measure.label)
    full = (
        text(env, _("%(model)s · %(measure)s")) % {"model": group, "measure": label} if measure.is_automatic else label
    )
    found[measure.name] = Offered(measure, label, full, group, date, person, field)


def _automatic(env: Environment) -> Iterator[Measure]:
    """Yield the number of records and the sums of money of every object with an owner."""
    for info in sorted(env.registry.models.values(), key=lambda each: each.name):
        if info.abstract or not info.owner_field:
            continue
        yield Measure(f"{info.name}:count", _("Number of records"), info.name, is_automatic=True)
        for field in info.fields.values():
            if field.kind == "money" and field.is_stored:
                yield Measure(
                    f"{info.name}:{field.name}", field.label, info.name, f"{field.name}:sum", is_automatic=True
                )


def _recorded(env: Environment) -> Iterator[Measure]:
    """Yield the measures that are records: data of addons, and what administrators made."""
    info = env.registry.models["base.report.measure"]
    if not may_read(env, info):
        return
    names = ("key", "name", "model", "value", "date", "person", "domain", "dimensions", "sequence", "heading")
    for row in env[info.name].read([["active", "=", True]], names):
        dimensions = tuple(part.strip() for part in (row["dimensions"] or "").split(",") if part.strip())
        yield Measure(
            row["key"],
            row["name"],
            row["model"],
            row["value"],
            row["date"] or None,
            row["person"] or None,
            row["domain"],
            dimensions,
            row["sequence"] or 50,
            row["heading"] or None,
        )


def usual_date(env: Environment, info: Any) -> str:
    """Return the day that counts where a measure names none: a field ``date``, the first date of the model, else when it was made."""
    hidden = env.hidden_fields(info, "read")
    dates = [
        name
        for name, field in info.fields.items()
        if field.kind in DATES and field.is_stored and name not in hidden and name not in ("created_at", "updated_at")
    ]
    return "date" if "date" in dates else next(iter(dates), "created_at")


def may_read(env: Environment, info: Any) -> bool:
    """Tell whether the user may read a model at all."""
    try:
        env.guard.check_model(env, info, "read")
    except AccessDenied:
        return False
    return True


def field_at(env: Environment, info: Any, path: str) -> Any:
    """Return the stored field at the end of a path that the user may follow; None if there is none."""
    field = None
    for name in path.split("."):
        field = info.fields.get(name) if info is not None else None
        if field is None or field.to_many or not field.is_stored or name in env.hidden_fields(info, "read"):
            return None
        info = env.registry.models.get(field.comodel) if field.is_relation else None
    return field


def text(env: Environment, message: Any) -> str:
    """Return a text in the user's language."""
    return formatter_for(env).text(message)


def check_measure(env: Environment, measure: Measure) -> None:
    """Refuse a measure that could never be shown.

    Raises:
        CoreError: It names something that is not there; the message says what.
    """
    info = env.registry[measure.model]
    named = [path for path in (measure.date, measure.person) if path]
    day = field_at(env, info, measure.date) if measure.date else None
    person = field_at(env, info, measure.person) if measure.person else None
    if day and day.kind not in DATES:
        raise ValidationError(_("This is no date."), field="date")
    if person and getattr(person, "comodel", None) != "core.user":
        raise ValidationError(_("This is no employee."), field="person")
    env[info.name].aggregate([["id", "=", 0]], measure.wanted, [*named, *measure.dimensions])
    if measure.domain:
        env[info.name].count(measure.domain)
