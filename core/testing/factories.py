"""Makes records with plausible values for whatever a test does not care about; layer ``core.testing``.

`make` fills the required fields of a model, required relations with records made the same way. An addon says it better in its
``tests/factories.py``: a function ``create_customer(env, **values)`` there replaces the one made here, also for addons that need that addon.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from core.errors import DefinitionError, unknown

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.fields import Field

Create = Callable[..., Any]
"""Takes an environment and values by name, returns the record."""

_COUNTER = "testing.counter"
_MAX_DEPTH = 8


def make(env: Environment, model: str, /, **values: Any) -> Any:
    """Create and return a record of a model; required fields that are not given get plausible values.

    Args:
        env: Whose rights count.
        model: Name such as ``"crm.customer"``.
        values: Field → value, as for ``env[model].create``.

    Raises:
        UnknownModelError: There is no such model; the nearest name is proposed.
        DefinitionError: Records need one another in a circle, so values have to be given.
    """
    return env[model].create(_filled(env, model, values, ()))


def _filled(env: Environment, model: str, values: Mapping[str, Any], above: tuple[str, ...]) -> dict[str, Any]:
    info = env.registry[model]
    if model in above or len(above) > _MAX_DEPTH:
        path = " → ".join([*above, model])
        raise DefinitionError(f"Required relations lead back: {path}.", hint="give one of them in the test")
    filled = dict(values)
    given = {name.removesuffix("_id") if name not in info.fields else name for name in values}
    number = next(env.cache.setdefault(_COUNTER, itertools.count(1)))
    for field in info.fields.values():
        if field.name in given or not field.required or not field.is_stored or field.computed or field.to_many:
            continue
        if field.kind in ("sequence", "boolean") or field.default_value(env) is not None:
            continue
        filled[field.name] = _value(env, field, number, (*above, model))
    for together in info.unique:
        _keep_apart(env, info.fields, together, filled, given, number)
    return filled


def _value(env: Environment, field: Field[Any], number: int, above: tuple[str, ...]) -> Any:
    """Return a value for one required field."""
    kind = field.kind
    if kind == "lookup":
        return _first_item(env, field)
    if kind == "many2one":
        target: str = field.comodel  # type: ignore[attr-defined]  # of this kind
        return env[target].create(_filled(env, target, {}, above))
    if kind == "selection":
        return next(iter(field.options))  # type: ignore[attr-defined]  # of this kind
    if kind in ("char", "text", "html"):
        text = f"{field.label} {number}"
        return text if field.size is None else text[-field.size :]
    if kind in ("integer", "float", "decimal", "money"):
        return _number(field, number if field.unique else 1)
    if kind == "date":
        return env.today()
    if kind == "datetime":
        return env.now()
    if kind == "json":
        return {}
    raise DefinitionError(f"No plausible value for {field!r} of kind {kind}.", hint="give one in the test")


def _number(field: Any, wanted: int) -> Any:
    low, high = getattr(field, "min", None), getattr(field, "max", None)
    if low is not None and wanted < low:
        return low
    return high if high is not None and wanted > high else wanted


def _first_item(env: Environment, field: Any) -> Any:
    """Return an item of the field's dictionary; one is made where there is none."""
    heads = env["core.dictionary"].search([["code", "=", field.dictionary]])
    if not heads:
        raise DefinitionError(f'There is no dictionary "{field.dictionary}".', hint="ship it in data/")
    items = env["core.dictionary.item"].search([["dictionary", "=", heads[0]], ["active", "=", True]], limit=1)
    return items[0] if items else make(env, "core.dictionary.item", dictionary=heads[0], key="one")


def _keep_apart(
    env: Environment,
    fields: Mapping[str, Any],
    together: Iterable[str],
    filled: dict[str, Any],
    given: set[str],
    number: int,
) -> None:
    """Give a text or day that must be unique together with others a value of its own, where the test gave none."""
    for name in together:
        if name in given or name not in fields:
            continue
        if fields[name].kind in ("char", "text") and not fields[name].required:
            filled[name] = f"{fields[name].label} {number}"
        elif fields[name].kind == "date":
            filled[name] = env.today() + dt.timedelta(days=number)


def factory_names(models: Iterable[str]) -> dict[str, list[str]]:
    """Return the names of factories without ``create_`` → the models they may mean, the longest match of each name first.

    ``crm.point.entry`` can be asked for as ``crm_point_entry``, ``point_entry`` and ``entry``; a name is ambiguous only if two models have it
    and neither is called exactly so behind its first part.

    >>> factory_names(["crm.customer", "crm.point.entry"])["entry"]
    ['crm.point.entry']
    """
    found: dict[str, list[tuple[int, str]]] = {}
    for model in models:
        parts = model.replace(".", "_.").split(".")
        for left_out in range(len(parts)):
            found.setdefault("".join(parts[left_out:]), []).append((left_out, model))
    return {name: [model for _left_out, model in sorted(set(meant))] for name, meant in found.items()}


def model_meant(name: str, models: Iterable[str]) -> str:
    """Return the model that ``create_<name>`` makes a record of.

    Raises:
        UnknownNameError: None of the models is called so.
        DefinitionError: Several are.
    """
    known = list(models)
    names = factory_names(known)
    if name not in names:
        raise unknown("factory", f"create_{name}", [f"create_{each}" for each in names])
    exact = [model for model in names[name] if model.partition(".")[2].replace(".", "_") == name]
    meant = exact or names[name]
    if len(meant) > 1:
        choices = ", ".join(f"create_{model.replace('.', '_')}" for model in meant)
        raise DefinitionError(f"create_{name} may mean several models.", hint=f"write one of: {choices}")
    return meant[0]


def overrides(modules: Iterable[Any]) -> Iterator[tuple[str, Create]]:
    """Yield name without ``create_`` and function of what the ``tests/factories.py`` of addons define."""
    for module in modules:
        for name, value in vars(module).items():
            if name.startswith("create_") and callable(value):
                yield name.removeprefix("create_"), value
