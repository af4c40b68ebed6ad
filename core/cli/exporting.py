"""``tangram export``: records to CSV or JSON lines. Layer: cli."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click

from core.cli.installation import Installation, pass_installation
from core.errors import DomainError
from core.i18n import _
from core.orm.environment import Environment
from core.orm.fields import Field
from core.orm.modelinfo import ModelInfo

PAGE = 1000
"""Records read by one statement."""
SEPARATOR = ";"
"""Between the ids of a to-many relation in CSV."""
FORMATS = ("csv", "jsonl")
LINE_ENDINGS = {".jsonl": "jsonl", ".ndjson": "jsonl"}
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


@click.command("export")
@click.argument("model")
@click.option("--domain", metavar="JSON", help='Only records for which it holds, such as [["active", "=", true]].')
@click.option("--fields", metavar="NAMES", help="Fields and dotted paths with commas; without it all stored fields.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="File; without it standard output."
)
@click.option(
    "--format", "kind", type=click.Choice(FORMATS), help="Without it by the file's ending; CSV if that says nothing."
)
@click.option("--user", metavar="LOGIN", help="In whose name, with the right to export; without it the system.")
@pass_installation
def command(
    installation: Installation,
    model: str,
    domain: str | None,
    fields: str | None,
    output: Path | None,
    kind: str | None,
    user: str | None,
) -> None:
    """Write the records of MODEL to a file; "tangram import" reads it back. Relations are given as ids."""
    chosen = kind or LINE_ENDINGS.get(output.suffix if output else "", "csv")
    with installation.env(user) as env:
        info = env.registry[model]
        paths = [name.strip() for name in fields.split(",") if name.strip()] if fields else exported_fields(env, info)
        rows = pages(env, model, _parsed(domain), paths)
        with _opened(output) as file:
            count = write_csv(file, info, paths, rows) if chosen == "csv" else write_lines(file, info, paths, rows)
    if output is None:
        installation.say(_("%(count)s records of %(model)s", count=count, model=model))
    else:
        installation.say(_("%(count)s records of %(model)s in %(file)s", count=count, model=model, file=str(output)))


def _parsed(domain: str | None) -> list[Any]:
    if domain is None:
        return []
    try:
        found = json.loads(domain)
    except ValueError as error:
        raise DomainError(_("The domain is no JSON: %(reason)s", reason=str(error)), code="domain.json") from error
    return found if isinstance(found, list) else [found]


@contextmanager
def _opened(output: Path | None) -> Iterator[IO[str]]:
    if output is None:
        yield sys.stdout
        return
    # The mark at the beginning lets spreadsheet programs see that the file is UTF-8.
    encoding = "utf-8" if output.suffix in LINE_ENDINGS else "utf-8-sig"
    with output.open("w", encoding=encoding, newline="") as file:
        yield file


def exported_fields(env: Environment, info: ModelInfo) -> list[str]:
    """Return the fields exported where none are named: what is stored and the user may read, ``id`` first."""
    hidden = env.hidden_fields(info, "read")
    secret = {field.name for field in info.fields.values() if field.groups == ["base.nobody"]}
    names = [
        field.name
        for field in info.fields.values()
        if field.is_stored and field.kind not in ("one2many", "binary") and field.name not in hidden | secret
    ]
    return ["id", *names]


def pages(env: Environment, model: str, domain: Sequence[Any], paths: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield rows in the order of their ids; the keys are the paths."""
    last = 0
    while True:
        found = env[model].read([*domain, ["id", ">", last]], list(paths), "id", PAGE, operation="export")
        yield from found
        if len(found) < PAGE:
            return
        last = found[-1]["id"]


def _field_at(info: ModelInfo, path: str) -> Field[Any] | None:
    """Return the field of a plain name, whose own way to JSON counts; None for a path."""
    return info.fields.get(path)


def _json_value(field: Field[Any] | None, value: Any) -> Any:
    if value is None or isinstance(value, (int, str, bool)):
        return value
    if isinstance(value, list):
        return [_json_value(None, item) for item in value]
    if field is not None and not field.is_relation:
        return field.to_json(value)
    return value if isinstance(value, (float, dict)) else str(value)


def write_lines(file: IO[str], info: ModelInfo, paths: Sequence[str], rows: Iterator[dict[str, Any]]) -> int:
    """Write one JSON object a line; return how many."""
    count = 0
    for row in rows:
        values = {path: _json_value(_field_at(info, path), row[path]) for path in paths}
        file.write(json.dumps(values, ensure_ascii=False, separators=(",", ":")) + "\n")
        count += 1
    return count


def write_csv(file: IO[str], info: ModelInfo, paths: Sequence[str], rows: Iterator[dict[str, Any]]) -> int:
    """Write CSV with a line of names; return how many records.

    Texts that a spreadsheet would take for a formula get an apostrophe in front, which the import takes away again.
    """
    writer = csv.writer(file)
    writer.writerow(paths)
    count = 0
    for row in rows:
        writer.writerow([_cell(_field_at(info, path), row[path]) for path in paths])
        count += 1
    return count


def _cell(field: Field[Any] | None, value: Any) -> str:
    plain = _json_value(field, value)
    if plain is None:
        return ""
    if isinstance(plain, bool):
        return "true" if plain else "false"
    if isinstance(plain, list) and all(isinstance(item, (int, str)) for item in plain):
        return SEPARATOR.join(str(item) for item in plain)
    if isinstance(plain, (dict, list)):
        return json.dumps(plain, ensure_ascii=False)
    text = str(plain)
    is_text = isinstance(value, str)
    return f"'{text}" if is_text and text.startswith((*_DANGEROUS, "'")) else text
