"""Pages of what is declared: domains, hooks, settings, commands, the models of the base addon."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator, Mapping
from functools import cache
from types import SimpleNamespace
from typing import Any

import click

from core.base.services.duties import BaseServices
from core.cli.main import COMMANDS, cli
from core.config import setting_infos
from core.data.assemble import assemble
from core.orm.domain import MAX_DEPTH, OPERATORS, D, operators_for, periods
from core.orm.fields import Field
from core.orm.modelinfo import ModelInfo
from core.orm.paths import Walked
from core.orm.registry import Registry
from core.plugins import discover, spec
from core.plugins.hookcheck import CORE, HookSpec, offered
from tools.faults import ROOT
from tools.reference.markdown import code, codes, docstring, inline, page, summary, table
from tools.reference.python_pages import field_kinds, sample
from tools.reference.source import class_section, function_node, signature_of

# Domains --------------------------------------------------------------------------------------------------------------

MEANINGS: Mapping[str, str] = {
    "=": "is the value; None means not set, False on anything but a Boolean too",
    "!=": "is not the value; a field that is not set is different from every value",
    "<": "less; never where the field is not set",
    "<=": "less or equal; never where the field is not set",
    ">": "greater; never where the field is not set",
    ">=": "greater or equal; never where the field is not set",
}
"""Operators that Python writes as operators; the others take their meaning from the methods of `D`."""


def meaning(operator: str) -> str:
    """Return what an operator means; empty if nobody wrote it."""
    method = getattr(D, "in_" if operator == "in" else operator, None)
    return MEANINGS.get(operator) or summary(inspect.getdoc(method))


def domains_page() -> str:
    """Return the operators, what each kind of field takes, relative dates."""
    by_operators: dict[tuple[str, ...], list[str]] = {}
    for name in field_kinds():
        by_operators.setdefault(operators_for(_end(sample(name))), []).append(name)
    by_operators.setdefault(operators_for(_end(None)), []).append("id, lists")
    rows = [(", ".join(names), codes(operators)) for operators, names in by_operators.items()]
    return page(
        "Domains",
        'A domain is a list of conditions that all hold, `[["owner", "=", 7], ["amount", ">", 1000]]`; parts may be '
        '`{"any": […]}`, `{"all": […]}` and `{"not": …}`, at most '
        f"{MAX_DEPTH} deep. A path crosses relations: `customer.level.code`. Where it crosses a list, some row of it must fit. "
        "Odoo's prefix form is read as well.",
        "The same domain is compiled to SQL and evaluated on records, with the same answer. Comparisons never give NULL.",
        "## Operators",
        table(
            ("operator", "holds where the value at the end of the path"),
            ((code(one), meaning(one)) for one in OPERATORS),
        ),
        "## Operators by kind\n\nA text compared with a relation is looked for in the name of the other record.",
        table(("kind", "operators"), rows),
        "## Relative dates\n\nFor fields of kind date and datetime, beside dates and times themselves.",
        docstring((inspect.getdoc(periods.resolve) or "").split("\n\nArgs:")[0].split("\n\n", 1)[1]),
        f"Units: {codes(periods.UNITS)}; shifts: {codes(periods.SHIFTS)}.",
        class_section(D),
    )


def _end(field: Field[Any] | None) -> Walked:
    model: Any = SimpleNamespace(name="sample")  # only its name is looked at
    return Walked((), model, field)


# Hooks ----------------------------------------------------------------------------------------------------------------


def hook_specs() -> list[HookSpec]:
    """Return the hooks of the core, the base addon and the addons of this tree, in this order."""
    found = offered(spec, CORE)
    folders = [ROOT / "core" / "base", *sorted(path.parent for path in (ROOT / "addons").glob("*/manifest.yaml"))]
    for folder in folders:
        if (folder / "hookspecs.py").is_file():
            module = importlib.import_module(".".join((folder / "hookspecs").relative_to(ROOT).parts))
            found += offered(module, folder.name)
    return found


def hooks_page() -> str:
    """Return every hook with its specification, by who offers it."""
    parts = []
    for owner in dict.fromkeys(each.addon for each in hook_specs()):
        title = "Hooks of the core" if owner == CORE else f"Hooks of the addon {code(owner)}"
        parts.append(f"## {title}")
        own = sorted((each for each in hook_specs() if each.addon == owner), key=lambda each: _line(each.function))
        parts += [_hook(each) for each in own]
    how = (inspect.getdoc(spec) or "").split("\n\n", 1)[1]
    return page("Hooks", docstring(how), *parts)


def _hook(each: HookSpec) -> str:
    node = function_node(each.function)
    return f"### {code(each.name)}\n\n```python\n{signature_of(node)}\n```\n\n{docstring(each.doc)}"


def _line(function: Any) -> int:
    return int(function.__code__.co_firstlineno)


# Settings and commands ------------------------------------------------------------------------------------------------


def settings_page() -> str:
    """Return all settings."""
    rows = []
    for each in setting_infos():
        default = "" if each.default in ("", {}, ()) else code(each.default)
        rows.append((code(each.name), code(each.variable), code(each.kind), default, each.description))
    return page(
        "Settings",
        "Read once when the application starts, later places win: the defaults, a YAML file (`--config`, else `TANGRAM_CONFIG`, "
        "else `config/default.yaml`), environment variables. A wrong or unknown setting is refused, all faults at once. A list "
        "of folders in a variable is separated as in `PATH`, a mapping is written as YAML.",
        table(("setting", "variable", "type", "default", "meaning"), rows),
    )


def commands_page() -> str:
    """Return the help of every command."""
    parts = [_command("tangram", cli)]
    context = click.Context(cli, info_name="tangram")
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None  # its name is in the list
        parts += list(_commands(f"tangram {name}", command))
    return page("Commands", *parts)


def _commands(path: str, command: click.Command) -> Iterator[str]:
    yield _command(path, command)
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from _commands(f"{path} {name}", inner)


def _command(path: str, command: click.Command) -> str:
    context = click.Context(command, info_name=path)
    usage = " ".join(command.collect_usage_pieces(context))
    parts = [f"## {path}", f"```console\n{path} {usage}\n```", docstring((command.help or "").replace("\b", ""))]
    rows = []
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if isinstance(parameter, click.Argument) or record is None or "--help" in record[0]:
            continue
        rows.append((code(record[0]), record[1]))
    if rows:
        parts.append(table(("option", "meaning"), rows))
    if isinstance(command, click.Group) and command is not cli:
        parts.append("Commands: " + codes(command.commands) + ".")
    return "\n\n".join(part for part in parts if part)


# The base addon -------------------------------------------------------------------------------------------------------


@cache
def base_registry() -> Registry:
    """Return a registry of the base addon alone; no database is involved."""
    addons = discover((), installed=(), built_in=None)
    return assemble(addons, (), BaseServices(lambda *_: None)).registry


def base_page() -> str:
    """Return the models of the base addon with their fields."""
    registry = base_registry()
    models = [*_by_name(registry.models), *_by_name(registry.abstract)]
    rows = [(f"[{code(info.name)}](#{_anchor(info.name)})", summary(info.doc)) for info in models]
    return page(
        "Models of the base addon",
        "Every database has them. Every table has also `id`, `created_at`, `created_by`, `updated_at`, `updated_by`, `version`, and "
        "`deletion_id` where deleted records go to the recycle bin. How the addon is used is told in its "
        "[README](../../core/base/README.md).",
        table(("model", "is for"), rows),
        *(_model(info) for info in models),
    )


def _by_name(infos: Mapping[str, ModelInfo]) -> list[ModelInfo]:
    return [infos[name] for name in sorted(infos)]


def _anchor(name: str) -> str:
    return name.replace(".", "")


STAMPS = frozenset({"created_at", "created_by", "updated_at", "updated_by", "version"})


def _model(info: ModelInfo) -> str:
    facts = []
    if info.abstract:
        facts.append("A mixin without a table.")
    else:
        order = ", ".join(f"{path} desc" if down else path for path, down in info.order)
        bin_ = "Deleted records go to the recycle bin." if info.recycle else "Deleting is for good."
        facts.append(f"Table {code(info.table.name)}, ordered by {code(order)}. {bin_}")
    if info.unique:
        facts.append("Unique together: " + "; ".join(code(", ".join(names)) for names in info.unique) + ".")
    rows = [
        (code(field.name), _kind(field), _options(field), inline(field.help or ""))
        for field in info.fields.values()
        if field.name not in STAMPS
    ]
    parts = [f"## {info.name}", docstring(info.doc), " ".join(facts)]
    if rows:
        parts.append(table(("field", "kind", "options", "meaning"), rows))
    if info.actions:
        told = (f"{code(one.name)} ({one.label})" for one in info.actions.values())
        parts.append("Actions: " + ", ".join(told) + ".")
    return "\n\n".join(part for part in parts if part)


def _kind(field: Field[Any]) -> str:
    shown = type(field).__name__
    dictionary = getattr(field, "dictionary", "")
    if dictionary:
        return f"{shown} {code(dictionary)}"
    if field.is_relation:
        return f"{shown} {code(field.comodel)}"  # type: ignore[attr-defined]  # relations have it
    options = getattr(field, "options", None)
    return f"{shown}: {codes(options)}" if options else shown


def _options(field: Field[Any]) -> str:
    words = [name for name in ("required", "unique", "readonly", "track", "translate") if getattr(field, name)]
    if field.index:
        words.append("index" if field.index is True else f'index="{field.index}"')
    if field.computed:
        words.append("computed" if field.compute else f"related={field.related}")
    if field.groups:
        words.append(f"groups={','.join(field.groups)}")
    return ", ".join(words)
