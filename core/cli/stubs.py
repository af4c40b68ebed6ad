"""``tangram stubs``: the composed classes of the installed set for type checkers and editors (design §2.2). Layer: cli."""

from __future__ import annotations

import keyword
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from core.cli.installation import Installation, pass_installation
from core.orm.fields import Field
from core.orm.modelinfo import ModelInfo
from core.orm.registry import Registry

FILE = "tangram_models.pyi"
KINDS = {
    "integer": "int",
    "float": "float",
    "decimal": "Decimal",
    "money": "Decimal",
    "boolean": "bool",
    "date": "_dt.date",
    "datetime": "_dt.datetime",
    "json": "Any",
    "binary": "bytes",
    "reference": "Model",
}
"""Type of a value by kind of field; texts are not listed."""
ALWAYS = frozenset({"created_at", "created_by", "updated_at", "updated_by", "version"})
"""Fields of `Model` that every saved record has a value of."""
HEADER = '''"""Models of this installation, composed of the layers of its addons: {addons}.

Written by "tangram stubs"; for annotations only: ``if TYPE_CHECKING: from tangram_models import CrmCustomer``.
"""

import datetime as _dt
from decimal import Decimal
from typing import Any, Literal

from core.api import Model
'''


@click.command("stubs")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path("build/stubs"))
@pass_installation
def command(installation: Installation, folder: Path) -> None:
    """Write tangram_models.pyi to FOLDER (build/stubs): every model of this database with all fields and actions, typed."""
    installation.require()
    registry = installation.database.registry()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    path.write_text(stub_text(registry), encoding="utf-8")
    installation.out.print(str(path), markup=False, soft_wrap=True)


def stub_text(registry: Registry) -> str:
    """Return the stub of all models of a registry, by name."""
    parts = [HEADER.format(addons=", ".join(registry.addons))]
    for name in sorted(registry.models):
        parts.append("\n".join(_class_lines(registry.models[name])))
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def class_name(model: str) -> str:
    """Return the name of a model's class: ``crm.order.line`` → ``CrmOrderLine``."""
    return "".join(part.capitalize() for part in model.replace(".", "_").split("_") if part)


def _class_lines(info: ModelInfo) -> Iterator[str]:
    yield f"class {class_name(info.name)}(Model):"
    yield f'    """{_text(info.label)} ({info.name})."""'
    yield ""
    yield "    id: int"
    for field in info.fields.values():
        if keyword.iskeyword(field.name):
            continue

        yield f"    {field.name}: {type_of_field(field)}"
        if field.kind in ("many2one", "lookup", "file", "image") and field.column:
            optional = "" if field.required else " | None"
            yield f"    {field.column}: int{optional}"
    for action in info.actions.values():
        yield f"    def {action.name}(self, *args: Any, **kwargs: Any) -> Any:"
        yield f'        """{_text(action.label)}."""'


def type_of_field(field: Field[Any]) -> str:
    """Return the type of a field's value as an annotation."""
    if field.to_many:
        return f"list[{class_name(str(getattr(field, 'comodel', '')))}]"
    comodel = getattr(field, "comodel", "")
    kind = class_name(comodel) if field.is_relation and comodel else KINDS.get(field.kind, "str")
    options = getattr(field, "options", None)
    if field.kind == "selection" and isinstance(options, dict) and options:
        kind = f"Literal[{', '.join(repr(str(key)) for key in options)}]"
    is_sure = field.required or field.name in ALWAYS or field.kind in ("boolean", "json", "sequence")
    return kind if is_sure else f"{kind} | None"


def _text(message: Any) -> str:
    return str(message).replace("\\", "\\\\").replace('"', "'")
