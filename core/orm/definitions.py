"""Chains the definitions of one model and merges their fields. Layer: orm; knows neither tables nor the database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.errors import CoreError, DefinitionError, UnknownFieldError, UnknownModelError, Where, raise_faults, unknown
from core.i18n import _
from core.orm.decorators import ActionInfo
from core.orm.fields import Field, Lookup, Many2one, One2many, Selection
from core.orm.fields import Sequence as NumberField
from core.orm.fields.relation import Relation
from core.orm.model import Model
from core.orm.modelinfo import ModelInfo

MODEL_NAME = re.compile(r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$")
RESERVED = frozenset({"id", "display_name", "env", "is_new", "deletion_id", "metadata", "registry"})


@dataclass
class Chain:
    """The definitions of one model, the lowest layer first."""

    name: str
    addon: str
    base: type[Model]
    layers: list[tuple[str, type[Model]]] = field(default_factory=list)
    """Pairs (addon, definition)."""


def compose(declared: Sequence[tuple[str, Sequence[type[Model]]]]) -> dict[str, ModelInfo]:
    """Return the composed models, abstract ones included, without tables and classes.

    Args:
        declared: Pairs (addon, its definitions), addons in dependency order.

    Raises:
        DefinitionError: Anything is wrong; all faults are told at once.
    """
    faults: list[CoreError] = []
    chains = _chains(declared, faults)
    infos: dict[str, ModelInfo] = {}
    for chain in chains.values():
        infos[chain.name] = _merge(chain, _flatten(chain, chains), faults)
    addons = {addon for addon, _definitions in declared}
    fields = [(info, item) for info in infos.values() for item in info.fields.values()]
    for _info, item in fields:
        if isinstance(item, Selection):
            item.leave_out_without(addons)
    for info, item in fields:
        _mirror(info, item, infos)
    for info in infos.values():
        faults.extend(_check(info, infos))
    raise_faults(faults, DefinitionError, "models")
    return infos


def _chains(declared: Sequence[tuple[str, Sequence[type[Model]]]], faults: list[CoreError]) -> dict[str, Chain]:
    chains: dict[str, Chain] = {}
    extensions: list[tuple[str, str, type[Model]]] = []
    for addon, definitions in declared:
        for definition in definitions:
            parents = _parents(definition)
            name = definition.__dict__.get("_name") or (parents[0] if parents else None)
            where = Where(addon=addon, model=name or definition.__name__)
            if name is None:
                faults.append(DefinitionError(_("A model needs _name or _inherit."), where=where))
            elif definition.__dict__.get("_name") and name not in parents:
                if not MODEL_NAME.match(name):
                    faults.append(DefinitionError(_('"%(name)s" is no name for a model.', name=name), where=where))
                elif name in chains:
                    faults.append(
                        DefinitionError(
                            _(
                                'Model "%(name)s" is declared by %(first)s and again here.',
                                name=name,
                                first=chains[name].addon,
                            ),
                            code="definition.duplicate_model",
                            hint=_("extend it with _inherit"),
                            where=where,
                        )
                    )
                else:
                    chains[name] = Chain(name, addon, definition, [(addon, definition)])
            else:
                extensions.append((addon, name, definition))
    for addon, name, definition in extensions:
        if name in chains:
            chains[name].layers.append((addon, definition))
        else:
            faults.append(unknown("model", name, chains, UnknownModelError, where=Where(addon=addon, model=name)))
    return chains


def _parents(definition: type[Model]) -> tuple[str, ...]:
    inherit = definition.__dict__.get("_inherit")
    return () if inherit is None else (inherit,) if isinstance(inherit, str) else tuple(inherit)


def _flatten(chain: Chain, chains: Mapping[str, Chain], seen: tuple[str, ...] = ()) -> list[tuple[str, type[Model]]]:
    """Return the layers with those of the mixins before the layer that takes them in, each once."""
    layers: list[tuple[str, type[Model]]] = []
    for addon, definition in chain.layers:
        for parent in _parents(definition):
            if parent == chain.name:
                continue
            if parent not in chains:
                raise unknown("model", parent, chains, UnknownModelError, where=Where(addon=addon, model=chain.name))
            if parent in seen:
                raise DefinitionError(
                    _("Models inherit from one another: %(cycle)s.", cycle=" → ".join((*seen, parent)))
                )
            layers.extend(_flatten(chains[parent], chains, (*seen, chain.name)))
        layers.append((addon, definition))
    return list(dict.fromkeys(layers))


def _merge(chain: Chain, layers: list[tuple[str, type[Model]]], faults: list[CoreError]) -> ModelInfo:
    merged: dict[str, Field[Any]] = {}
    for addon, definition in layers:
        for name, declared in _own_fields(definition):
            where = Where(addon=addon, model=chain.name, field=name)
            if name in RESERVED or name.startswith("_") or hasattr(Model, name):
                message = _('"%(name)s" can\'t be the name of a field: every record has it already.', name=name)
                faults.append(DefinitionError(message, code="definition.reserved_name", where=where))
                continue
            try:
                if name in merged:
                    first = merged[name]
                    merged[name] = first.merged_with(declared)
                    merged[name].bind(chain.name, name, first.addon, from_extension=first.from_extension)
                else:
                    merged[name] = declared.unbound_copy()
                    foreign = addon != chain.addon and definition not in _mixins(chain, layers)
                    merged[name].bind(chain.name, name, addon, from_extension=foreign)
            except CoreError as error:
                faults.append(error.located(addon=addon, model=chain.name, field=name))
    for name, declared in _own_fields(Model):
        merged[name] = declared.unbound_copy()
        merged[name].bind(chain.name, name, chain.addon, from_extension=False)
    classes = [definition for _addon, definition in layers]
    return ModelInfo(
        name=chain.name,
        label=_last(classes, "_label") or chain.name.rsplit(".", 1)[-1].replace("_", " ").capitalize(),
        doc=(chain.base.__doc__ or "").strip(),
        addon=chain.addon,
        layers=tuple(classes),
        addons=tuple(addon for addon, _definition in layers),
        fields=merged,
        order=_order(_last(classes, "_order") or "id", chain, merged, faults),
        rec_name=_rec_name(_last(classes, "_rec_name"), merged),
        recycle=bool(_last(classes, "_recycle", default=True)),
        is_log=bool(_last(classes, "_log", default=False)),
        abstract=bool(chain.base.__dict__.get("_abstract", False)),
        unique=tuple(dict.fromkeys(names for cls in classes for names in _unique(cls.__dict__.get("_unique", ())))),
        checks={name: domain for cls in classes for name, domain in cls.__dict__.get("_checks", {}).items()},
        actions=_actions(classes),
        constraints=_marks(classes, "_constrains"),
        depends={name: tuple(sorted(paths)) for name, paths in _marks(classes, "_depends").items()},
    )


def _unique(declared: Sequence[str | Sequence[str]]) -> list[tuple[str, ...]]:
    """Return the combinations of fields; names that stand by themselves are one combination."""
    names = [declared] if isinstance(declared, str) else declared
    alone = tuple(item for item in names if isinstance(item, str))
    return [*([alone] if alone else []), *(tuple(item) for item in names if not isinstance(item, str))]


def _mixins(chain: Chain, layers: list[tuple[str, type[Model]]]) -> set[type[Model]]:
    own = {definition for _addon, definition in chain.layers}
    return {definition for _addon, definition in layers if definition not in own}


def _own_fields(definition: type) -> Iterator[tuple[str, Field[Any]]]:
    for base in reversed(definition.__mro__):
        if base is Model and definition is not Model:
            continue
        for name, value in vars(base).items():
            if isinstance(value, Field):
                yield name, value


def _last(classes: Sequence[type[Model]], attribute: str, default: Any = None) -> Any:
    return next((cls.__dict__[attribute] for cls in reversed(classes) if attribute in cls.__dict__), default)


def _marks(classes: Sequence[type[Model]], attribute: str) -> dict[str, frozenset[str]]:
    """Return the union, over all layers, of what methods of one name are marked with."""
    found: dict[str, frozenset[str]] = {}
    for cls in classes:
        for name, value in vars(cls).items():
            if hasattr(value, attribute):
                found[name] = found.get(name, frozenset()) | frozenset(getattr(value, attribute))
    return found


def _actions(classes: Sequence[type[Model]]) -> dict[str, ActionInfo]:
    found: dict[str, ActionInfo] = {}
    for cls in classes:
        for name, value in vars(cls).items():
            info = getattr(value, "_action", None)
            if isinstance(info, ActionInfo):
                found[name] = info
    return found


def _rec_name(declared: str | None, fields: Mapping[str, Field[Any]]) -> str | None:
    if declared:
        return declared
    if "name" in fields:
        return "name"
    kinds = {item.kind: name for name, item in reversed(list(fields.items())) if item.is_stored}
    return kinds.get(NumberField.kind) or kinds.get("char")


def _order(
    text: str, chain: Chain, fields: Mapping[str, Field[Any]], faults: list[CoreError]
) -> tuple[tuple[str, bool], ...]:
    terms = parse_order(text)
    for path, _descending in terms:
        head = path.split(".")[0]
        if head not in fields and head not in {"id", "display_name"}:
            faults.append(
                unknown("field", head, fields, UnknownFieldError, where=Where(model=chain.name, key="_order"))
            )
    return terms


def parse_order(text: str) -> tuple[tuple[str, bool], ...]:
    """Return ``"date desc, id"`` as pairs (path, descending), with the id as the last so that the order is total.

    Raises:
        DefinitionError: ``text`` is no list of paths with ``asc`` or ``desc``.
    """
    terms: list[tuple[str, bool]] = []
    for part in text.split(","):
        words = part.split()
        if not 1 <= len(words) <= 2 or (len(words) == 2 and words[1].lower() not in {"asc", "desc"}):
            raise DefinitionError(
                _('"%(text)s" is no order.', text=text), code="order", hint=_('an order is such as "date desc, id"')
            )
        terms.append((words[0], len(words) == 2 and words[1].lower() == "desc"))
    if all(path != "id" for path, _descending in terms):
        terms.append(("id", False))
    return tuple(terms)


def _check(info: ModelInfo, infos: Mapping[str, ModelInfo]) -> Iterator[CoreError]:
    """Yield the faults that show only once all models are known."""
    columns: dict[str, str] = {}
    for item in info.fields.values():
        yield from _check_field(info, item, infos)
        if item.column and columns.setdefault(item.column, item.name) != item.name:
            message = _(
                'The fields "%(one)s" and "%(two)s" would share a column.', one=columns[item.column], two=item.name
            )
            yield DefinitionError(message, code="definition.column", where=item.where)
    for method, names in info.constraints.items():
        yield from _unknown_fields(info, names, f"@constrains {method}")
    for names_together in info.unique:
        yield from _unknown_fields(info, names_together, "_unique")
    for entry in info.actions.values():
        yield from _check_transition(info, entry)


def _unknown_fields(info: ModelInfo, names: Iterable[str], key: str) -> Iterator[CoreError]:
    for name in names:
        if name not in info.fields:
            yield unknown("field", name, info.fields, UnknownFieldError, where=Where(model=info.name, key=key))


def _check_field(info: ModelInfo, item: Field[Any], infos: Mapping[str, ModelInfo]) -> Iterator[CoreError]:
    if isinstance(item, Relation):
        target = infos.get(item.comodel)
        if target is None or target.abstract:
            concrete = [name for name, other in infos.items() if not other.abstract]
            yield unknown("model", item.comodel, concrete, UnknownModelError, where=item.where)
            return
        if isinstance(item, One2many) and not info.abstract:
            yield from _check_inverse(info, item, target)
    if isinstance(item, Selection) and item.is_stored and not item.options and not item.computed:
        yield DefinitionError(_("A selection needs choices."), where=item.where)
    if isinstance(item, Lookup) and not item.dictionary:
        yield DefinitionError(_("A lookup needs the code of its dictionary."), where=item.where)
    if item.compute and not any(callable(getattr(layer, item.compute, None)) for layer in info.layers):
        methods = [name for layer in info.layers for name in vars(layer) if callable(getattr(layer, name))]
        yield unknown("method", item.compute, methods, DefinitionError, where=item.where)


def _check_inverse(info: ModelInfo, item: One2many, target: ModelInfo) -> Iterator[CoreError]:
    back = target.fields.get(item.inverse)
    if not isinstance(back, Many2one) or back.comodel != info.name:
        choices = [f.name for f in target.fields.values() if isinstance(f, Many2one) and f.comodel == info.name]
        kind = f"Many2one to {info.name} on {target.name}"
        yield unknown(kind, item.inverse, choices, UnknownFieldError, where=item.where)


def _mirror(
    info: ModelInfo, item: Field[Any], infos: Mapping[str, ModelInfo], seen: frozenset[Field[Any]] = frozenset()
) -> None:
    """Give a related field what it leaves out and the field it mirrors knows: choices, the other model, the dictionary."""
    if not item.related or item in seen or not isinstance(item, (Selection, Relation)):
        return
    at: ModelInfo | None = info
    found: Field[Any] | None = None
    for name in item.related.split("."):
        found = at.fields.get(name) if at else None
        if at is None or found is None:
            return
        _mirror(at, found, infos, seen | {item})
        at = infos.get(found.comodel) if isinstance(found, Relation) else None
    if isinstance(item, Selection) and isinstance(found, Selection):
        item.options = {**found.options, **item.options}
    if isinstance(item, Relation) and isinstance(found, Relation):
        item.comodel = item.comodel or found.comodel
    if isinstance(item, Lookup) and isinstance(found, Lookup):
        item.dictionary = item.dictionary or found.dictionary


def _check_transition(info: ModelInfo, entry: ActionInfo) -> Iterator[CoreError]:
    if entry.field is None:
        return
    where = Where(model=info.name, key=f"@transition {entry.name}")
    state = info.fields.get(entry.field)
    if state is None:
        yield unknown("field", entry.field, info.fields, UnknownFieldError, where=where)
    elif not isinstance(state, Selection):
        yield DefinitionError(_("A transition changes a Selection field."), where=where)
    else:
        for key in (*entry.source, entry.target or ""):
            if key not in state.options:
                yield unknown("state", key, state.options, DefinitionError, where=where)
