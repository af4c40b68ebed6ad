"""Resolve field paths, orders, measures and domains of view files against the models of a registry (layer views)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from core.errors import CoreError, ViewError, unknown
from core.i18n import _
from core.views.vocabulary import DATE_KINDS, MEASURES, NUMBER_KINDS, PERIODS


class RegistryLike(Protocol):
    """What views need of a registry; `core.orm.registry.Registry` has it."""

    @property
    def models(self) -> Mapping[str, Any]:
        """Models by name, each like `core.orm.modelinfo.ModelInfo`: ``name label fields actions rec_name``."""
        ...


@dataclass(frozen=True)
class Checks:
    """What layers above know and views can't: passed in by the application. None means "not checked"."""

    check_expression: Callable[[str], CoreError | None] | None = None
    """Says what is wrong with a Jinja2 sandbox expression, None if nothing."""
    check_domain: Callable[[str, Any], CoreError | None] | None = None
    """Says what is wrong with a domain (model, raw domain); field paths are checked without it."""
    widgets: frozenset[str] | None = None
    """Names of all widgets."""
    groups: frozenset[str] | None = None
    """Ids of all groups."""
    disabled_field: Callable[[str, str], str | None] | None = None
    """Given model and field, the disabled addon that would add it, or None."""
    disabled_model: Callable[[str], str | None] | None = None
    """Given a model, the disabled addon that would declare it, or None."""


@dataclass(frozen=True)
class _Virtual:
    kind: str
    label: str


_VIRTUAL: dict[str, _Virtual] = {"id": _Virtual("integer", "ID"), "display_name": _Virtual("char", "Name")}
"""What every record has without a declared field."""


@dataclass(frozen=True)
class Resolved:
    """A path that leads somewhere."""

    field: Any
    """The last field."""
    reads: frozenset[str]
    """All fields on the way, as ``model.field``."""


@dataclass
class Resolver:
    """Finds fields by path and gathers the faults, without places: the caller knows where the path was written."""

    registry: RegistryLike
    checks: Checks = field(default_factory=Checks)
    faults: list[CoreError] = field(default_factory=list)

    def fail(self, fault: CoreError) -> None:
        """Note a fault and go on."""
        self.faults.append(fault)

    def model(self, name: str) -> Any | None:
        """Return a model, or None with a fault."""
        model = self.registry.models.get(name)
        if model is None:
            fault = unknown("model", name, self.registry.models, ViewError, code="view.unknown_model")
            addon = self.checks.disabled_model(name) if self.checks.disabled_model else None
            self.fail(_with_hint_of(fault, addon))
        return model

    def path(
        self, model_name: str, path: str, *, kinds: frozenset[str] | None = None, many: bool = True
    ) -> Resolved | None:
        """Return what a dotted path leads to, or None with a fault.

        Args:
            model_name: Model the path begins at.
            path: Such as ``owner.name``.
            kinds: Kinds the last field may be of; None means any.
            many: Whether the path may go *through* to-many relations, as domains do.
        """
        model = self.registry.models.get(model_name)
        reads: set[str] = set()
        found: Any = None
        parts = path.split(".")
        for position, part in enumerate(parts):
            if model is None:
                message = _(
                    '"%(path)s" can\'t go on behind "%(part)s", which is no relation.',
                    path=path,
                    part=parts[position - 1],
                )
                self.fail(ViewError(message, code="view.path", field=path))
                return None
            found = _field(model, part)
            if found is None:
                self.fail(self._unknown_field(model, part))
                return None
            reads.add(f"{model.name}.{part}")
            is_last = position == len(parts) - 1
            if getattr(found, "to_many", False) and not many and not is_last:
                message = _('"%(path)s" goes through "%(part)s", which holds many records.', path=path, part=part)
                self.fail(ViewError(message, code="view.path", field=path))
                return None
            model = self.registry.models.get(getattr(found, "comodel", None) or "")
        if kinds and found.kind not in kinds:
            message = _(
                '"%(path)s" is a field of kind %(kind)s; expected one of: %(kinds)s.',
                path=path, kind=found.kind, kinds=", ".join(sorted(kinds)),
            )  # fmt: skip
            self.fail(ViewError(message, code="view.field_kind", field=path))
            return None
        return Resolved(found, frozenset(reads))

    def _unknown_field(self, model: Any, name: str) -> CoreError:
        fault = unknown(
            f"field of {model.name}", name, [*model.fields, *_VIRTUAL], ViewError, code="view.unknown_field"
        ).located(model=model.name, field=name)
        addon = self.checks.disabled_field(model.name, name) if self.checks.disabled_field else None
        return _with_hint_of(fault, addon)

    def order(self, model: str, order: str) -> frozenset[str] | None:
        """Return the fields an order like ``date desc, id`` reads, or None with a fault."""
        reads: set[str] = set()
        for part in order.split(","):
            words = part.split()
            if len(words) not in (1, 2) or (len(words) == 2 and words[1].lower() not in ("asc", "desc")):
                message = _('"%(order)s" is no order; write, say, "date desc, id".', order=order)
                self.fail(ViewError(message, code="view.order"))
                return None
            resolved = self.path(model, words[0], many=False)
            if resolved is None:
                return None
            reads |= resolved.reads
        return frozenset(reads)

    def measure(self, model: str, text: str) -> frozenset[str] | None:
        """Return the fields a measure like ``points:sum`` reads, or None with a fault."""
        path, _colon, how = text.partition(":")
        how = how or "sum"
        if how not in MEASURES:
            self.fail(unknown("kind of sum", how, MEASURES, ViewError, code="view.measure"))
            return None
        kinds = NUMBER_KINDS if how in ("sum", "avg") else None
        resolved = self.path(model, path, kinds=kinds, many=False)
        return resolved.reads if resolved else None

    def by(self, model: str, text: str) -> frozenset[str] | None:
        """Return the fields a grouping like ``date:month`` reads, or None with a fault."""
        path, _colon, period = text.partition(":")
        if period and period not in PERIODS:
            self.fail(unknown("period", period, PERIODS, ViewError, code="view.period"))
            return None
        resolved = self.path(model, path, kinds=DATE_KINDS if period else None, many=False)
        return resolved.reads if resolved else None

    def domain(self, model: str, raw: Any) -> frozenset[str] | None:
        """Return the fields a domain reads, or None with a fault."""
        before = len(self.faults)
        reads: set[str] = set()
        for path in domain_paths(raw):
            if resolved := self.path(model, path):
                reads |= resolved.reads
        if len(self.faults) == before and self.checks.check_domain:
            fault = self.checks.check_domain(model, raw)
            if fault is not None:
                self.fail(fault)
        return frozenset(reads) if len(self.faults) == before else None


def domain_paths(raw: Any) -> Iterator[str]:
    """Yield the field paths of a domain as written: list form, ``any all not``, Odoo's prefix form. Never raises.

    >>> list(domain_paths([["owner", "=", 7], {"any": [["level.code", "=", "A"]]}]))
    ['owner', 'level.code']
    """
    pending: list[Any] = [raw]
    while pending:
        part = pending.pop(0)
        if isinstance(part, Mapping):
            pending[:0] = [value for key, value in part.items() if key in ("any", "all", "not")]
        elif isinstance(part, Sequence) and not isinstance(part, str):
            if 2 <= len(part) <= 3 and isinstance(part[0], str) and isinstance(part[1], str) and len(part[0]) > 1:
                yield part[0]
            else:
                pending[:0] = list(part)


def _field(model: Any, name: str) -> Any | None:
    return model.fields.get(name) or _VIRTUAL.get(name)


def _with_hint_of(fault: CoreError, addon: str | None) -> CoreError:
    if addon:
        fault.hint = _('it belongs to the addon "%(addon)s", which is not enabled', addon=addon)
    return fault
