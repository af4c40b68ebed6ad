"""By what records are grouped: who was responsible, where that person belonged on the day of the record, and the record's own choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from addons.base_report.services.measures import Offered, field_at, may_read, text
from core.api import Environment, _

PERSON = "@person"
UNITS: Mapping[str, tuple[str, str, Any]] = {
    "@team": ("team", "core.team", _("Team")),
    "@department": ("department", "core.department", _("Department")),
    "@company": ("company", "core.company", _("Company")),
}
"""Key → what the history of employments calls it, its model, label."""
_OF_PERSON = {"@team": "main_team", "@department": "department", "@company": "company"}
TREES = frozenset({"@department", "@company"})
_GROUPABLE = frozenset({"selection", "lookup", "many2one", "boolean"})
_NAMED = _GROUPABLE | {"char", "sequence"}
_TECHNICAL = frozenset({"created_by", "updated_by", "version"})


@dataclass(frozen=True)
class Dimension:
    """What records are grouped by."""

    key: str
    """``@person``, ``@team``, ``@department``, ``@company``, or a path of the model."""
    label: str
    comodel: str | None
    """Model of the groups, if they are records."""
    options: Mapping[Any, Any] | None = None
    """Labels of a selection, in its order."""
    is_boolean: bool = False

    @property
    def is_unit(self) -> bool:
        """Whether it is a unit in which a person is employed."""
        return self.key in UNITS

    def by(self, measure: Offered) -> str:
        """Return the key by which ``aggregate`` groups for a measure."""
        if self.key == PERSON:
            return str(measure.person)
        if self.is_unit:
            return f"{measure.person}:{UNITS[self.key][0]}@{measure.date}"
        return self.key

    def domain(self, measure: Offered, operator: str, value: Any = None) -> list[Any]:
        """Return the condition that a record of a measure lies in groups.

        Args:
            measure: The measure.
            operator: ``=``, ``in``, ``not_in``, ``under``, ``is_set`` or ``is_not_set``.
            value: Value or values of the groups.
        """
        values = [] if operator in ("is_set", "is_not_set") else [value]
        if self.is_unit:
            where = [UNITS[self.key][0], operator, *values]
            return [measure.person, "employed", {"on": measure.date, "where": where}]
        return [measure.person if self.key == PERSON else self.key, operator, *values]


def offered_dimensions(env: Environment, measures: Sequence[Offered]) -> dict[str, Dimension]:
    """Return what all the measures can be grouped by, by key: the organisation, and the record's own where all measure one model."""
    found: dict[str, Dimension] = {}
    if all(measure.person for measure in measures):
        found[PERSON] = Dimension(PERSON, text(env, _("Employee")), "core.user")
        hidden = env.hidden_fields(env.registry["core.user"], "read")
        for key, (_unit, model, label) in UNITS.items():
            if _OF_PERSON[key] not in hidden and may_read(env, env.registry[model]):
                found[key] = Dimension(key, text(env, label), model)
    models = {measure.measure.model for measure in measures}
    if len(models) != 1:
        return found
    info = env.registry[models.pop()]
    people = {measure.person for measure in measures}
    shared = [
        path for path in measures[0].measure.dimensions if all(path in each.measure.dimensions for each in measures)
    ]
    own = [name for name, field in info.fields.items() if field.kind in _GROUPABLE and name not in _TECHNICAL]
    for path in [*shared, *own]:
        field = field_at(env, info, path)
        # A text has as many groups as there are words for it: only where the measure names it.
        kinds = _NAMED if path in shared else _GROUPABLE
        if field is not None and path not in found and path not in people and field.kind in kinds:
            found[path] = _own(env, info, path, field)
    return found


def _own(env: Environment, info: Any, path: str, field: Any) -> Dimension:
    labels = []
    for name in path.split("."):
        step = info.fields[name]
        labels.append(text(env, step.label))
        info = env.registry.models.get(step.comodel) if step.is_relation else info
    comodel = field.comodel if field.is_relation else None
    return Dimension(path, " › ".join(labels), comodel, getattr(field, "options", None), field.kind == "boolean")
