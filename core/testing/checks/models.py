"""Checks of models and fields; layer ``core.testing``."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from core.access.expressions import compile_expression
from core.errors import CoreError, DefinitionError, ValidationError, nearest
from core.orm import bookkeeping
from core.orm.environment import SYSTEM_UID, Environment
from core.orm.fields import Lookup, One2many
from core.orm.fields import Sequence as NumberField
from core.orm.modelinfo import ModelInfo
from core.testing.checks.subject import Subject
from core.testing.factories import make


def models_have_labels(subject: Subject) -> Iterator[str]:
    """Every model says in ``_label`` what one record is called; every choice of a selection has a label."""
    for info in subject.own_models():
        if not any(vars(layer).get("_label") for layer in info.layers):
            yield f'{info.name}: say in _label what one record is called, such as _label = "{info.label}"'
    for field in subject.own_fields():
        for key, label in getattr(field, "options", {}).items():
            if not str(label).strip():
                yield f'{field.model_name}.{field.name}: the choice "{key}" has no label'


def models_have_docstrings(subject: Subject) -> Iterator[str]:
    """Every new model says in its docstring what it is. A layer on another addon's model says it by its fields."""
    for info in [*subject.own_models(), *subject.registry.abstract.values()]:
        for addon, layer in zip(info.addons, info.layers, strict=True):
            if addon == subject.name == info.addon and not inspect.cleandoc(vars(layer).get("__doc__") or ""):
                yield f"{info.name}: write a docstring for class {layer.__name__}: what is it?"


def selections_are_sound(subject: Subject) -> Iterator[str]:
    """A selection has choices, and its default is one of them."""
    for field in subject.own_fields():
        if field.kind != "selection":
            continue
        if not field.options:
            yield f"{field.model_name}.{field.name}: a selection needs choices"
        elif isinstance(field.default, str) and field.default not in field.options:
            close = nearest(field.default, field.options)
            meant = f'; did you mean "{close}"?' if close else f"; choices: {', '.join(field.options)}"
            yield f'{field.model_name}.{field.name}: the default "{field.default}" is no choice{meant}'


def actions_are_sound(subject: Subject) -> Iterator[str]:
    """What may be called from outside has a label, existing groups and states, and is what the test class pins in ``actions``."""
    groups = subject.guard.declarations.groups
    special = subject.guard.declarations.special
    exposed: dict[str, list[str]] = {}
    for info in subject.touched_models():
        for action in info.actions.values():
            if _declarer(info, action.name) != subject.name:
                continue
            exposed.setdefault(info.name, []).append(action.name)
            here = f"{info.name}.{action.name}"
            if not action.label.strip():
                yield f"{here}: give the action a label; it is the text of its button"
            for group in action.groups or ():
                if group not in groups and group not in special:
                    close = nearest(group, [*groups, *special])
                    yield f'{here}: there is no group "{group}"' + (f"; did you mean {close}?" if close else "")
            yield from _states(info, action, here)
            if action.visible:
                try:
                    compile_expression(action.visible)
                except CoreError as error:
                    yield f'{here}: "visible" is no expression: {error.message}'
    if subject.actions is not None:
        yield from _differences(exposed, subject.actions)


def _declarer(info: ModelInfo, name: str) -> str:
    """Return the addon whose layer marks the method first."""
    for addon, layer in zip(info.addons, info.layers, strict=True):
        if hasattr(vars(layer).get(name), "_action"):
            return addon
    return info.addon


def _states(info: ModelInfo, action: Any, here: str) -> Iterator[str]:
    if action.field is None:
        return
    field: Any = info.fields.get(action.field)
    if field is None or field.kind != "selection":
        yield f'{here}: "{action.field}" is no selection of {info.name}; a transition changes one'
        return
    for state in (*action.source, action.target):
        if state not in field.options:
            close = nearest(state, field.options)
            meant = f'; did you mean "{close}"?' if close else f"; states: {', '.join(field.options)}"
            yield f'{here}: "{state}" is no state of {action.field}{meant}'


def _differences(exposed: dict[str, list[str]], pinned: dict[str, list[str]]) -> Iterator[str]:
    for model in sorted({*exposed, *pinned}):
        found, wanted = set(exposed.get(model, ())), set(pinned.get(model, ()))
        for name in sorted(found - wanted):
            yield f"{model}.{name} can be called from outside but is not in `actions` of the test class: add it, if you mean it"
        for name in sorted(wanted - found):
            yield f"{model}.{name} is in `actions` of the test class but can't be called from outside: decorate it, or take it out"


def defaults_work(subject: Subject, env: Environment) -> Iterator[str]:
    """Every default can be computed and fits its field."""
    for field in subject.own_fields():
        if field.computed or field.default is None:
            continue
        try:
            field.convert(field.default_value(env), env)
        except Exception as error:  # noqa: BLE001 - whatever a default raises is what is to be told
            yield f"{field.model_name}.{field.name}: its default raises {_short(error)}"


def computed_fields_work(subject: Subject, env: Environment) -> Iterator[str]:
    """Computed fields can be computed for a record in which nothing is filled in, as a new form shows it."""
    for info in subject.touched_models():
        computed = [field for field in info.fields.values() if field.computed and field.addon == subject.name]
        if not computed:
            continue
        try:
            record = env[info.name].new({})
        except CoreError as error:
            yield f"{info.name}: an empty record can't be made: {_short(error)}"
            continue
        for field in computed:
            try:
                getattr(record, field.name)
            except Exception as error:  # noqa: BLE001 - whatever a compute method raises is what is to be told
                how = field.compute or "its path"
                yield f"{info.name}.{field.name}: {how} raises {_short(error)} on an empty record; let it expect missing values"


def relations_lead_somewhere(subject: Subject, env: Environment) -> Iterator[str]:
    """Lines have their way back, lookups their dictionary, and numbers their rule."""
    for field in subject.own_fields():
        here = f"{field.model_name}.{field.name}"
        if isinstance(field, One2many):
            back = env.registry[field.comodel].fields.get(field.inverse)
            if back is None or getattr(back, "comodel", None) not in (field.model_name, None):
                yield f"{here}: {field.comodel}.{field.inverse} is no Many2one to {field.model_name}"
        elif isinstance(field, Lookup):
            yield from _misnamed(subject, env, here, field.dictionary, "core.dictionary")
        elif isinstance(field, NumberField):
            yield from _misnamed(subject, env, here, field.code, "core.numbering")


def _misnamed(subject: Subject, env: Environment, here: str, code: str, model: str) -> Iterator[str]:
    """Tell a code that nobody ships while the addon ships one that no field names: one of them is misspelt."""
    kind = "dictionary" if model == "core.dictionary" else "numbering rule"
    records = env[model].search([["code", "=", code]])
    if not records:
        yield f'{here}: there is no {kind} "{code}"; put one into data/'
        return
    if bookkeeping.xids_of_records(env.connection, model, records.ids):
        return
    named = {getattr(field, "dictionary", None) or getattr(field, "code", None) for field in subject.own_fields()}
    shipped = [
        xid.record_id for xid in bookkeeping.xids_of_addon(env.connection, subject.name).values() if xid.model == model
    ]
    unused = sorted({record.code for record in env[model].search([["id", "in", shipped]])} - named)
    if unused:
        yield f'{here}: the addon ships no {kind} "{code}" in data/, but "{unused[0]}", which no field names'


def models_can_be_read(subject: Subject, env: Environment) -> Iterator[str]:
    """Every model can be listed, counted and read with all fields that anybody may see; a record of it can be named."""
    for info in subject.touched_models():
        model = env[info.name]
        try:
            if info.addon == subject.name:
                _make_and_name(env, info)
            model.search(limit=5)
            model.count()
            # What nobody may see, such as a sealed password, is not there for the administrator either.
            hidden = env.hidden_fields(info, "read")
            names = [name for name, field in info.fields.items() if field.is_stored and name not in hidden]
            model.read(None, names, limit=5)
        except Exception as error:  # noqa: BLE001 - whatever reading raises is what is to be told
            yield f"{info.name}: making or reading a record raises {_short(error)}"


def _make_and_name(env: Environment, info: ModelInfo) -> None:
    """Make a record and name it; where records need one another in a circle, or values that mean something, the addon's tests do."""
    try:
        # Logs are written by the system alone.
        record = make(env.as_user(SYSTEM_UID) if info.is_log else env, info.name)
    except (DefinitionError, ValidationError):
        return
    _ = record.display_name


def _short(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
