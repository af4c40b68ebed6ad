"""Pages of the Python interface: what `core.api` exports, field kinds, errors."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar, get_args

from sqlalchemy.dialects import postgresql, sqlite

from core import api, errors
from core.base.services import demo_year
from core.errors import CoreError
from core.orm import environment, fields
from core.orm.bound import BoundModel
from core.orm.decorators import ActionInfo
from core.orm.fields import Field
from core.orm.fields.base import COMMON_OPTIONS
from core.plugins import markers
from core.web.errors import status_of
from core.web.pages import search
from tools.faults import ROOT
from tools.reference.markdown import code, codes, docstring, entries, inline, page, summary, table
from tools.reference.source import attribute_docs, class_node_doc, class_section, function_section, module_constant_doc

KERNEL_ONLY = frozenset(
    {
        *("adopt", "before_query", "cache", "changes", "check_rows", "checked", "connection", "eager_fields", "family"),
        *("family_changed", "forget_checked", "guard", "recompute", "services", "session", "touched", "tracer"),
        *("expect_version", "missing", "write"),
        *("assembly", "carrier", "jobs", "rescan"),
        *("forget_notes", "take", "watch"),
    }
)
"""Public for other layers of the core, not for addons: `core.api` promises nothing about them."""
MARKERS = ("hookimpl", "hookspec")


ALIASES = {"DemoPart": demo_year}
"""Names for types of functions, and where they stand."""


def api_page() -> str:
    """Return the index of `core.api`: every name, what it is, where it is described."""
    rows = []
    for name in sorted(api.__all__, key=str.lower):
        target, doc = _place(name, getattr(api, name))
        rows.append((f"[{code(name)}]({target})" if target else code(name), doc))
    return page("core.api", docstring(api.__doc__), table(("name", "is for"), rows))


def _place(name: str, value: Any) -> tuple[str, str]:
    """Return the link to where a name is described, empty for what another library describes, and its summary."""
    if name == "fields":
        return "fields.md", "The field kinds."
    if name.isupper():
        home = search if hasattr(search, name) else environment
        return "", inline(module_constant_doc(home, name))
    if name in MARKERS:
        return f"decorators.md#{name}", inline(module_constant_doc(markers, name))
    if name in ALIASES:
        return "", inline(module_constant_doc(ALIASES[name], name))
    if not isinstance(value, type):
        return f"decorators.md#{name.lower()}", summary(inspect.getdoc(value))
    if not value.__module__.startswith("core."):
        return "", f"{value.__name__} of {value.__module__.split('.')[0].capitalize()}."
    doc = summary(class_node_doc(value))
    if issubclass(value, CoreError):
        return "errors.md", doc
    if value is ActionInfo:
        return "decorators.md#actioninfo", doc
    return "domains.md#d" if name == "D" else f"environment.md#{name.lower()}", doc


def decorators_page() -> str:
    """Return decorators and functions for definitions, hooks, jobs and routes."""
    functions = {name: getattr(api, name) for name in api.__all__ if inspect.isfunction(getattr(api, name))}
    markers_text = "\n\n".join(
        f"## {code(name)}\n\n{docstring(module_constant_doc(markers, name))}" for name in MARKERS
    )
    return page(
        "Decorators and functions",
        "All of them are imported from `core.api`.",
        *(function_section(name, function) for name, function in functions.items()),
        markers_text,
        _formats_section(),
        class_section(ActionInfo),
    )


def _formats_section() -> str:
    """Return the functions of the module `formats`."""
    found = [
        (f"`{name}{inspect.signature(function)}`", summary(inspect.getdoc(function)))
        for name, function in inspect.getmembers(api.formats, inspect.isfunction)
        if function.__module__ == api.formats.__name__ and not name.startswith("_")
    ]
    return f"## `formats`\n\n{docstring(api.formats.__doc__)}\n\n{table(('function', 'is for'), found)}"


def environment_page() -> str:
    """Return the objects that addon code holds in its hands."""
    first = [api.Application, api.Environment, BoundModel, api.Records, api.Model]
    own = [value for name in api.__all__ if isinstance(value := getattr(api, name), type)]
    rest = [
        value
        for value in own
        if value.__module__.startswith("core.")
        and not issubclass(value, CoreError)
        and value not in (*first, api.D, ActionInfo)
    ]
    return page(
        "Application, environment, models, records",
        '`env["crm.customer"]` is a [BoundModel](#boundmodel), what it finds are [Records](#records), each of them a '
        "[Model](#model). How a domain is written is told in [domains](domains.md).",
        *(class_section(cls, left_out=KERNEL_ONLY) for cls in (*first, *rest)),
    )


# Fields ---------------------------------------------------------------------------------------------------------------

SAMPLES: dict[str, tuple[Any, ...]] = {
    "Lookup": ("customer_source",),
    "Many2many": ("core.team",),
    "Many2one": ("core.user",),
    "One2many": ("core.user", "company"),
    "Selection": ({"draft": "Draft"},),
    "Sequence": ("crm.order",),
}
"""Arguments with which a field of a kind can be made, for looking at it; kinds not named need none."""


def sample(name: str) -> Field[Any]:
    """Return a field of a kind, called ``x``."""
    made: Field[Any] = getattr(fields, name)(*SAMPLES.get(name, ()))
    made.bind("sample", "x", "sample", from_extension=False)
    return made


def field_kinds() -> list[str]:
    """Return the names of all kinds, in alphabetical order."""
    return [name for name in fields.__all__ if isinstance(getattr(fields, name), type) and name != "Field"]


def fields_page() -> str:
    """Return the common options, then each kind with its own."""
    common = entries(class_node_doc(Field), "Args")
    rows = [
        (code(name), code(_default(Field, name)), common.get(name, "")) for name in common if name in COMMON_OPTIONS
    ]
    overview = [
        (f"[{name}](#{name.lower()})", summary(class_node_doc(getattr(fields, name)))) for name in field_kinds()
    ]
    return page(
        "Fields",
        "`from core.api import fields`; a field is an attribute of a definition: `points = fields.Integer(required=True)`.",
        table(("kind", "holds"), overview),
        "## Common options\n\nEvery kind takes them, by name; the label may also be given first where the kind has no "
        "argument of its own there.",
        table(("option", "default", "meaning"), rows),
        *(_kind(name) for name in field_kinds()),
    )


def _kind(name: str) -> str:
    cls: type[Field[Any]] = getattr(fields, name)
    facts = [("value in Python", _python_value(cls)), ("column", _columns(name))]
    options = option_docs(cls)
    parts = [f"## {name}", docstring(class_node_doc(cls).split("\n\nArgs:")[0]), table(("", ""), facts)]
    if options:
        rows = [(code(option), code(_default(cls, option)), doc) for option, doc in options.items()]
        parts.append(table(("option", "default", "meaning"), rows))
    return "\n\n".join(parts)


def option_docs(cls: type[Field[Any]]) -> dict[str, str]:
    """Return the options of a kind beside the common ones; name → text, empty where nobody wrote one."""
    texts = attribute_docs(cls)
    for each in cls.__mro__:
        if each.__module__.startswith("core."):
            texts = {**entries(class_node_doc(each), "Args"), **texts}
    return {name: texts.get(name, "") for name in sorted(cls.own_options)}


def _default(cls: type, name: str) -> str:
    value = getattr(cls, f"_{name}" if name in {"label", "copy"} else name, None)
    return "" if value in (None, "", {}) else repr(value)


def _python_value(cls: type[Field[Any]]) -> str:
    for each in cls.__mro__:
        for base in getattr(each, "__orig_bases__", ()):
            for argument in get_args(base):
                if argument is not Any and not isinstance(argument, TypeVar):
                    return code(
                        argument.__name__
                        if argument.__module__ == "builtins"
                        else f"{argument.__module__}.{argument.__name__}"
                    )
    if cls.to_many:
        return "list of records"
    return "JSON: dict, list, text, number, bool" if cls.kind == "json" else "record"


def _columns(name: str) -> str:
    shown = []
    for column in sample(name).columns():
        on_sqlite = column.type.compile(dialect=sqlite.dialect())
        on_postgres = column.type.compile(dialect=postgresql.dialect())  # type: ignore[no-untyped-call]  # it has no types
        kinds = code(on_sqlite) if on_sqlite == on_postgres else f"{code(on_postgres)}, on SQLite {code(on_sqlite)}"
        shown.append(kinds if column.name == "x" else f"{code(column.name.replace('x', '<name>', 1))} {kinds}")
    return "; ".join(shown) or "none"


# Errors ---------------------------------------------------------------------------------------------------------------


def errors_page() -> str:
    """Return the classes of errors with codes and HTTP status, then every code that the core gives."""
    family = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, CoreError)]
    rows = []
    for cls in family:
        where = "`core.api`" if cls.__name__ in api.__all__ else ""
        rows.append((code(cls.__name__), code(cls.code), str(status_of(cls(""))), where, summary(class_node_doc(cls))))
    given = sorted(
        {(found, raised) for path in sorted((ROOT / "core").rglob("*.py")) for found, raised in codes_in(path)}
    )
    by_code: dict[str, list[str]] = {}
    for found, raised in given:
        by_code.setdefault(found, []).append(raised)
    return page(
        "Errors",
        docstring(class_node_doc(CoreError)),
        "A code never changes its meaning. Over HTTP the `type` of the problem document is `urn:tangram:error:` and the code.",
        table(("class", "code", "HTTP", "exported by", "means"), rows),
        "## Codes\n\nThe more exact codes that the core gives, and the class (or the function that builds the error) they "
        "come with.",
        table(("code", "comes with"), ((code(key), codes(sorted(set(value)))) for key, value in by_code.items())),
    )


def codes_in(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (code, called name) for each literal ``code="…"`` of a call."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        for keyword in node.keywords:
            value = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
            if keyword.arg == "code" and isinstance(value, str) and "." in value:
                yield value, ast.unparse(node.func).split(".")[-1]
