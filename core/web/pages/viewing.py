"""Views as one user sees them, and the conditions in them (layer web).

What the user may not see is absent, not greyed: nodes of other groups, and everything that refers to a field the user may not read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from core.access.expressions import Expression, compile_expression, render_value
from core.errors import CoreError
from core.orm.model import Model
from core.web.errors import not_found

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.fields import Field
    from core.orm.modelinfo import ModelInfo
    from core.views import Node, View, ViewSet


@dataclass(frozen=True)
class Path:
    """A field path of a view, followed to its end."""

    name: str
    """As written, such as ``customer.level``."""
    field: Field[Any]
    """The last field."""
    model: ModelInfo
    """Model of the last field."""


def viewset(env: Environment) -> ViewSet:
    """Return the views of the registry in force."""
    views = env.registry.views
    if views is None:
        raise not_found()
    return views


def view_for(env: Environment, model: str, view_type: str, view_id: str | None = None) -> View:
    """Return a view as the user of ``env`` sees it.

    Args:
        env: Whose rights hold.
        model: The model.
        view_type: One of `core.views.VIEW_TYPES`.
        view_id: Id of a certain view; None takes the model's default one.

    Raises:
        MissingRecord: There is none, or nothing of it that the user may see.
    """
    views = viewset(env)
    try:
        view = views.view(view_id) if view_id else views.for_model(model, view_type)
    except CoreError:
        raise not_found() from None
    if view.type != view_type or view.model != model:
        raise not_found()
    groups = frozenset(group for group in _groups(view) if env.guard.has_group(env, group))
    seen = view.restricted(groups, _hidden(env, view), _shown_to(env))
    if not seen.usable or (view.root.groups and not view.root.groups & groups):
        raise not_found()
    return seen


def types_for(env: Environment, model: str) -> tuple[str, ...]:
    """Return the types of view in which the user may see records of a model."""
    found = []
    for kind in viewset(env).types(model):
        try:
            view_for(env, model, kind)
        except CoreError:
            continue
        found.append(kind)
    return tuple(found)


def _groups(view: View) -> set[str]:
    found = set(view.root.groups)
    for node in view.walk():
        found |= node.groups
    return found


def _hidden(env: Environment, view: View) -> frozenset[str]:
    """Return the fields named by a view that the user may not read, as ``model.field``."""
    models: set[str] = {view.model}
    for node in view.walk():
        for name in (*node.reads, *(each for reads in node.attr_reads.values() for each in reads)):
            models.add(name.rpartition(".")[0])
    hidden: set[str] = set()
    for model in models:
        info = env.registry.models.get(model)
        if info is not None:
            hidden |= {f"{model}.{name}" for name in env.hidden_fields(info, "read")}
    return frozenset(hidden)


def _shown_to(env: Environment) -> Callable[[Node], bool]:
    """Return what tells whether a node shows for the user at all: a condition that does not look at the record holds for lists too."""

    def shows(node: Node) -> bool:
        condition = node.attrs.get("visible")
        if not isinstance(condition, str) or "record" in condition:
            return True
        return holds(condition, names_for(env), True)

    return shows


def follow(env: Environment, model: str, path: str) -> Path | None:
    """Return what a path of a checked view leads to; None for ``id`` and ``display_name``, which have no field."""
    info = env.registry[model]
    parts = path.split(".")
    for part in parts[:-1]:
        info = env.registry[info.fields[part].comodel]  # type: ignore[attr-defined]  # a relation, as the view was checked
    field = info.fields.get(parts[-1])
    return None if field is None else Path(path, field, info)


def label_of(node: Node, path: Path | None) -> str:
    """Return the text beside a node: its own, else the field's; empty where it says ``label: false``."""
    given = node.attrs.get("label")
    if given is False:
        return ""
    if isinstance(given, str):
        return given
    return path.field.label if path is not None else node.name


@lru_cache(maxsize=4096)
def _compiled(text: str) -> Expression:
    return compile_expression(text)


def names_for(env: Environment) -> dict[str, Any]:
    """Return what conditions may name beside the record."""
    return {"user": env.user, "company": env.company, "today": env.today(), "now": env.now()}


def holds(condition: Any, context: Mapping[str, Any], default: bool = False) -> bool:
    """Tell whether a condition of a view holds.

    Args:
        condition: True, false, an expression, or None.
        context: Names it may use: ``record`` and those of `names_for`.
        default: The answer for None, and for an expression that can't be evaluated on this record.
    """
    if condition is None or isinstance(condition, bool):
        return default if condition is None else condition
    try:
        return bool(_compiled(str(condition))(context))
    except CoreError:
        return default


def filled(value: Any, env: Environment, **names: Any) -> Any:
    """Return a domain or defaults of a view with its expressions evaluated for the user; records become their ids, as in JSON.

    Args:
        value: As the view has it; None stays None.
        env: Whose rights hold.
        names: What expressions may name beside those of `names_for`.
    """
    return None if value is None else _plain(render_value(value, {**names_for(env), **names}))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value.id if isinstance(value, Model) else value


def tint_of_row(decorations: Mapping[str, str] | None, context: Mapping[str, Any]) -> str | None:
    """Return the first tint whose condition holds, or None."""
    for tint, condition in (decorations or {}).items():
        if holds(condition, context):
            return tint
    return None


def record_paths(node: Node) -> Iterator[str]:
    """Yield the paths from ``record`` that the decorations of a node read, so that rows can be read with them."""
    for condition in (node.attrs.get("decorations") or {}).values():
        yield from paths_in(str(condition))


@lru_cache(maxsize=4096)
def paths_in(text: str) -> tuple[str, ...]:
    """Return the paths from ``record`` in an expression, such as ``level.code`` for ``record.level.code == 'A'``."""
    found: dict[str, None] = {}
    rest = text
    while "record." in rest:
        _before, _name, rest = rest.partition("record.")
        end = next((at for at, char in enumerate(rest) if not (char.isalnum() or char in "_.")), len(rest))
        path = rest[:end].strip(".")
        if path:
            found[path] = None
        rest = rest[end:]
    return tuple(found)


def nested(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of dotted paths as mappings inside each other, as expressions read a record."""
    made: dict[str, Any] = {}
    for path, value in sorted(row.items()):
        target = made
        *way, last = path.split(".")
        for part in way:
            step = target.get(part)
            if not isinstance(step, dict):
                step = target[part] = {"id": step}
            target = step
        if not isinstance(target.get(last), dict):
            target[last] = value
    return made
