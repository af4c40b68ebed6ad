"""`AccessPolicy`: function, field and special rights of a user, from declarations and the administrator's changes. Layer: access.

How a right comes about (CORE-26), the nearest to the person first:

1. a row for the *user* decides, giving or taking;
2. else a row for the user's *department*, the nearest of those above it, decides;
3. else the *groups* do: their rights add up (CORE-17). A row "taken away" for a group cancels what the addon gives to that very group, not
   what another group of the user gives.

Members of ``base.administrator`` hold every right, members of nothing hold none. What belongs to an addon that is switched off
(``switch`` in its security files) nobody sees, not even they. Rows of records are not decided here but in `core.access.fragments`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.access.declarations import ADMINISTRATOR, NOBODY, Declarations, ModelGrant, Rule, closure, source_of
from core.access.operations import OPERATIONS
from core.access.overlay import Overlay, RightRow, SharingMode
from core.access.principal import Principal
from core.i18n.languages import related

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo

__all__ = ["AccessPolicy", "Given", "Verdict"]


@dataclass(frozen=True)
class Given:
    """One thing that gives or takes a right."""

    allowed: bool
    source: str
    """File and line, or the row of the database."""
    group: str | None = None
    """The group that holds it; None: the user's own or a department's."""
    department: int | None = None
    user: int | None = None
    through: tuple[str, ...] = ()
    """Groups from the one the user holds directly down to ``group``; both included."""


@dataclass(frozen=True)
class Verdict:
    """Whether a right is held, and everything that speaks for or against it."""

    allowed: bool
    given: tuple[Given, ...] = ()


class AccessPolicy:
    """The rights of one registry at one moment; immutable, shared by all environments until the overlay changes.

    Args:
        declarations: What the addons declare.
        overlay: What the administrator changed.
        models: Models of the registry, by name.
    """

    def __init__(self, declarations: Declarations, overlay: Overlay, models: Mapping[str, ModelInfo]) -> None:
        self.declarations = declarations
        self.overlay = overlay
        self.models = models
        self._implies: dict[str, tuple[str, ...]] = {name: group.implies for name, group in declarations.groups.items()}
        for name, implied in overlay.implies.items():
            self._implies[name] = tuple(dict.fromkeys((*self._implies.get(name, ()), *implied)))
        self._grants: dict[tuple[str, str], list[ModelGrant]] = {}
        for grant in declarations.grants:
            for operation in grant.operations:
                self._grants.setdefault((grant.model, operation), []).append(grant)
        self._rules: dict[str, list[Rule]] = {}
        for rule in declarations.rules:
            self._rules.setdefault(rule.model, []).append(rule)
        self._limits = self._field_limits()
        self._off = {
            each.addon: Given(False, source_of(each.where))
            for each in declarations.switches
            if each.parameter in overlay.off
        }
        """Addons that are switched off, each with what does it."""

    def close_groups(self, direct: Iterable[str]) -> dict[str, str | None]:
        """Return the groups ``direct`` and all they imply, each with the group that implied it (None: direct)."""
        return closure(sorted(direct), self._implies)

    def group_label(self, group: str, lang: str | None = None) -> str:
        """Return what a group is called.

        Args:
            group: Its key.
            lang: Language of the reader; None, or one without a text of its own: the label in the database's language.
        """
        words = self.overlay.words.get(group, {})
        found = next((words[name] for name in related(lang or "", words)), None)
        if label := found or self.overlay.labels.get(group):
            return label
        declared = self.declarations.groups.get(group)
        return declared.label if declared else group

    def rules(self, model: str, operation: str) -> list[Rule]:
        """Return the rules of a model that apply to one of the four row operations, in order of declaration."""
        return [rule for rule in self._rules.get(model, ()) if operation in rule.operations]

    def mode(self, model: str) -> SharingMode:
        """Return how the records of a model are kept apart."""
        return self.overlay.modes.get(model) or SharingMode()

    def model_right(self, principal: Principal, model: str, operation: str) -> Verdict:
        """Tell whether the user may do ``operation`` on the model at all, and what gives or takes that right."""
        if (off := self._off.get(self.models[model].addon)) is not None:
            return Verdict(False, (off,))
        declared = [(grant.group, source_of(grant.where)) for grant in self._grants.get((model, operation), ())]
        return self._decide(principal, declared, self.overlay.model_rights.get((model, operation), ()))

    def model_rights(self, principal: Principal) -> dict[tuple[str, str], Verdict]:
        """Return every function right the user holds: (model, operation) → verdict."""
        names = [name for name, info in self.models.items() if not info.abstract]
        verdicts = {
            (model, operation): self.model_right(principal, model, operation)
            for model in names
            for operation in OPERATIONS
        }
        return {key: verdict for key, verdict in verdicts.items() if verdict.allowed}

    def special_right(self, principal: Principal, right: str) -> Verdict:
        """Tell whether the user holds a special right (CORE-25); one that nobody declares is held by administrators only."""
        decl = self.declarations.special.get(right)
        declared = [(group, source_of(decl.where)) for group in sorted(decl.groups)] if decl else []
        return self._decide(principal, declared, self.overlay.special.get(right, ()))

    def special_rights(self, principal: Principal) -> dict[str, Verdict]:
        """Return every declared special right the user holds."""
        found = {right: self.special_right(principal, right) for right in self.declarations.special}
        return {right: verdict for right, verdict in found.items() if verdict.allowed}

    def sees_menu(self, principal: Principal, menu: str) -> bool:
        """Tell whether menu rights let the user see a menu (CORE-24).

        As with fields: one that nobody is shown in particular is shown to all but those it is hidden from.
        """
        if menu.partition(".")[0] in self._off:
            return False
        rows = self.overlay.menus.get(menu, ())
        verdict = self._decide(principal, (), rows) if any(row.allowed for row in rows) else self._open(principal, rows)
        return verdict.allowed

    def limited_fields(self, model: str) -> list[str]:
        """Return the fields of a model that anything limits, in order of declaration."""
        known = {field for name, field, _operation in (*self._limits, *self.overlay.field_rights) if name == model}
        fields = self.models[model].fields.values()
        return [field.name for field in fields if field.name in known or field.addon in self._off]

    def field_right(self, principal: Principal, model: str, field: str, operation: str) -> Verdict:
        """Tell whether the user may see (``read``) or change (``update``) a field (CORE-29).

        A field that nothing opens to somebody in particular is open to all, except to holders of what takes it away; as soon as
        something does, all others are shut out. Changing a field needs the right to see it.
        """
        found = self.models[model].fields.get(field)
        if found is not None and (off := self._off.get(found.addon)) is not None:
            return Verdict(False, (off,))
        if operation == "update":
            seen = self.field_right(principal, model, field, "read")
            if not seen.allowed:
                return seen
        rows = self.overlay.field_rights.get((model, field, operation), ())
        declared: list[tuple[str, str]] = []
        listed = self._limits.get((model, field, operation), ())
        for holder, source in listed:
            if holder not in self.declarations.special:
                declared.append((holder, source))
            elif self.special_right(principal, holder).allowed:
                return Verdict(True, (Given(True, source, holder),))
        if listed or any(row.allowed for row in rows):
            verdict = self._decide(principal, declared, rows)
            if verdict.allowed or verdict.given:
                return verdict
            sources = tuple(Given(False, source, holder) for holder, source in listed)
            return Verdict(False, sources or tuple(_given(row, False) for row in rows if row.allowed))
        return self._open(principal, rows)

    def _open(self, principal: Principal, rows: Sequence[RightRow]) -> Verdict:
        """Decide about a field open to all but those it is taken from."""
        if principal.is_administrator:
            return Verdict(True)
        nearest = self._personal(principal, rows)
        if nearest is not None:
            return Verdict(nearest.allowed, (_given(nearest, nearest.allowed),))
        taken = tuple(
            self._of_group(principal, row.group, row.source, False) for row in rows if row.group in principal.groups
        )
        return Verdict(not taken, taken)

    def _decide(self, principal: Principal, declared: Sequence[tuple[str, str]], rows: Sequence[RightRow]) -> Verdict:
        """Apply the order of the module docstring to declared pairs (group, source) and rows of the administrator."""
        if not principal.active:
            return Verdict(False)
        if principal.is_administrator:
            closed = declared and all(group == NOBODY for group, _source in declared)
            return Verdict(not closed, (self._of_group(principal, ADMINISTRATOR, "base", not closed),))
        nearest = self._personal(principal, rows)
        given: list[Given] = []
        taken = {row.group: row for row in rows if row.group is not None and not row.allowed}
        for group, source in declared:
            if group in principal.groups and group not in taken:
                given.append(self._of_group(principal, group, source, True))
        for row in rows:
            if row.group is not None and row.group in principal.groups:
                given.append(self._of_group(principal, row.group, row.source, row.allowed))
        if nearest is not None:
            return Verdict(nearest.allowed, (_given(nearest, nearest.allowed), *given))
        return Verdict(any(item.allowed for item in given), tuple(given))

    def _personal(self, principal: Principal, rows: Sequence[RightRow]) -> RightRow | None:
        """Return the row that decides for this user in person or through the nearest department; taking away wins a tie."""
        own = [row for row in rows if row.user == principal.id]
        if own:
            return min(own, key=lambda row: row.allowed)
        for department in principal.place.departments:
            found = [row for row in rows if row.department == department]
            if found:
                return min(found, key=lambda row: row.allowed)
        return None

    def _of_group(self, principal: Principal, group: str | None, source: str, allowed: bool) -> Given:
        path: list[str] = []
        step = group
        while step is not None and step not in path:
            path.append(step)
            step = principal.groups.get(step)
        return Given(allowed, source, group, through=tuple(reversed(path)))

    def _field_limits(self) -> dict[tuple[str, str, str], list[tuple[str, str]]]:
        """Return (model, field, operation) → pairs (group or special right, source), from YAML and from ``groups=`` of fields."""
        limits: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
        for limit in self.declarations.limits:
            key = (limit.model, limit.field, limit.operation)
            limits.setdefault(key, []).extend((holder, source_of(limit.where)) for holder in sorted(limit.holders))
        for name, info in self.models.items():
            if info.abstract:
                continue
            for field in info.fields.values():
                groups = [field.groups] if isinstance(field.groups, str) else field.groups
                for group in groups or ():
                    limits.setdefault((name, field.name, "read"), []).append((group, f"{name}.{field.name}"))
        return limits


def _given(row: RightRow, allowed: bool) -> Given:
    return Given(allowed, row.source, row.group, row.department, row.user)
