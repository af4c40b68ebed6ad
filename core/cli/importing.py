"""``tangram import``: records from CSV or JSON lines, all or none. Layer: cli.

Spreadsheets, mapping and cleaning are the work of an addon, which the hook ``import_file`` asks first (base_exchange). Without it the columns
are the fields. A relation is given by id, external id
(``crm_base.level_vip``), or by name; ``owner.login`` names the field by which the other record is found.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from core.cli.exporting import LINE_ENDINGS, SEPARATOR
from core.cli.installation import Installation, pass_installation
from core.config.yamlfile import load_yaml
from core.data.fileimport import FileImport, FileImported
from core.data.schema import Text
from core.data.values import plain_text
from core.errors import CoreError, DataError, MissingRecord, ValidationError, Where, raise_faults
from core.i18n import _
from core.orm.environment import Environment
from core.orm.fields import Field
from core.orm.modelinfo import ModelInfo

MOST_FAULTS = 100
"""Wrong lines that are told before giving up."""
BATCH = 500
SPREADSHEETS = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})
SKIPPED = frozenset({"id", "version", "created_at", "created_by", "updated_at", "updated_by", "display_name"})
"""Columns of an export that the system sets; ``id`` counts only as key."""


@dataclass
class Counts:
    """What an import did."""

    created: int = 0
    updated: int = 0


@dataclass
class Line:
    """One record of the file."""

    number: int
    """Its line, counted from 1."""
    values: dict[str, Any] = field(default_factory=dict)


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--model", required=True, help="Model of the records, such as crm.customer.")
@click.option(
    "--key", metavar="FIELD", help="Field (or id) by which records are found and updated; without it all are created."
)
@click.option(
    "--mapping",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE.yaml",
    help="Which column is which field, and how the file is read; needs base_exchange.",
)
@click.option(
    "--bad-rows",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.csv",
    help="Write wrong rows there and keep the others; needs base_exchange.",
)
@click.option("--dry-run", is_flag=True, help="Check everything and undo it.")
@click.option("--user", metavar="LOGIN", help="In whose name; without it the system.")
@pass_installation
def command(
    installation: Installation,
    file: Path,
    model: str,
    key: str | None,
    mapping: Path | None,
    bad_rows: Path | None,
    dry_run: bool,
    user: str | None,
) -> None:
    """Create or update records from a file, in one transaction: all of them or none.

    With base_exchange CSV, XLSX, XLS and ODS are read, with headings in any language; else CSV whose first line names the fields. JSON lines
    always work. An empty cell is left out for new records, and empties the field of existing ones.
    """
    asked = None if mapping is None else plain_data(mapping)
    with installation.env(user, keep=not dry_run) as env:
        request = FileImport(file, env.registry[model].name, key, asked, dry_run, bad_rows)
        done = _by_addon(env, request) if file.suffix not in LINE_ENDINGS else None
        if done is None:
            _refuse_foreign(request)
            counts = _Import(env, env.registry[model], file, key).run()
            done = FileImported(counts.created, counts.updated)
    told = (
        _("%(created)s records would be created, %(updated)s would be updated.", **vars(done))
        if dry_run
        else _("%(created)s records were created, %(updated)s were updated.", **vars(done))
    )
    installation.say(told)
    if done.skipped:
        installation.say(_("%(count)s rows were left out.", count=done.skipped))
    if done.wrong:
        installation.say(_("%(count)s wrong rows are in %(file)s.", count=done.wrong, file=str(bad_rows)))


def plain_data(path: Path) -> dict[str, Any]:
    """Return the mapping in a YAML file.

    Raises:
        DataError: It is no YAML, or no mapping.
    """
    found = load_yaml(path).data
    if not isinstance(found, dict):
        raise DataError(_("The file holds no mapping of names to values."), where=Where(file=str(path)))
    return found


def _by_addon(env: Environment, request: FileImport) -> FileImported | None:
    hooks = env.registry.hooks
    return None if hooks is None else hooks.import_file(env, request)


def _refuse_foreign(request: FileImport) -> None:
    """Refuse what only an addon can do, where none has done it.

    Raises:
        ValidationError: It is a spreadsheet, or a mapping or a file for wrong rows was given.
    """
    if request.file.suffix.lower() in SPREADSHEETS or request.mapping is not None or request.bad_rows is not None:
        raise ValidationError(
            _("Spreadsheets, mappings and files of wrong rows need the app base_exchange."),
            code="import.addon",
            hint=_('enable it: "tangram addons enable base_exchange"'),
            where=Where(file=str(request.file)),
        )


class _Import:
    """One import; lives only that long."""

    def __init__(self, env: Environment, info: ModelInfo, file: Path, key: str | None) -> None:
        self.env, self.info, self.file, self.key = env, info, file, key
        self.faults: list[CoreError] = []
        self.counts = Counts()
        self._found: dict[tuple[str, str], int] = {}
        if key is not None and key != "id":
            info.field(key)

    def run(self) -> Counts:
        """Read the file and write the records.

        Raises:
            ValidationError: Lines are wrong; each with its place, `MOST_FAULTS` at most.
            AccessDenied: The user may not write such records.
        """
        batch: list[Line] = []
        for line in self._lines():
            if self.key is None:
                batch.append(line)
                if len(batch) >= BATCH:
                    self._create(batch)
                    batch = []
            else:
                self._create_or_update(line)
            if len(self.faults) >= MOST_FAULTS:
                break
        self._create(batch)
        raise_faults(self.faults, ValidationError, str(self.file))
        return self.counts

    def _lines(self) -> Iterator[Line]:
        read = self._json_lines if self.file.suffix in LINE_ENDINGS else self._csv_lines
        for number, raw in read():
            try:
                yield Line(number, self._values(raw))
            except CoreError as error:
                self._fault(error, number)
            if len(self.faults) >= MOST_FAULTS:
                return

    def _csv_lines(self) -> Iterator[tuple[int, Mapping[str, Any]]]:
        with self.file.open(encoding="utf-8-sig", newline="") as opened:
            rows = csv.reader(opened, strict=True)
            header = next(rows, [])
            self._check_header(header)
            for row in rows:
                if len(row) != len(header) and row:
                    message = _(
                        "The line has %(found)s columns instead of %(wanted)s.", found=len(row), wanted=len(header)
                    )
                    self._fault(ValidationError(message, code="import.columns"), rows.line_num)
                elif row:
                    yield rows.line_num, dict(zip(header, (_unmarked(cell) for cell in row), strict=True))

    def _json_lines(self) -> Iterator[tuple[int, Mapping[str, Any]]]:
        with self.file.open(encoding="utf-8-sig") as opened:
            for number, text in enumerate(opened, start=1):
                if not text.strip():
                    continue
                try:
                    found = json.loads(text)
                except ValueError as error:
                    message = _("The line is no JSON: %(reason)s", reason=str(error))
                    self._fault(ValidationError(message, code="import.json"), number)
                    continue
                if isinstance(found, dict):
                    yield number, found
                else:
                    self._fault(ValidationError(_("A line is one JSON object."), code="import.json"), number)

    def _check_header(self, header: Sequence[str]) -> None:
        faults: list[CoreError] = []
        for name in header:
            try:
                self._field(name)
            except CoreError as error:
                faults.append(self._located(error, 1))
        raise_faults(faults, ValidationError, str(self.file))

    def _field(self, name: str) -> Field[Any] | None:
        """Return the field of a column, None for one that is skipped."""
        head, _dot, tail = name.partition(".")
        if head in SKIPPED:
            return None
        found = self.info.field(head)
        if tail:
            self.env.registry[str(getattr(found, "comodel", ""))].field(tail)
        return found

    def _values(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        if self.key == "id":
            values["id"] = raw.get("id")
        for name, value in raw.items():
            found = self._field(name)
            if found is None or (not found.writable and found.name != self.key):
                continue
            empty = value is None or value == ""
            if empty and self.key is None:
                continue
            values[found.name] = None if empty else self._value(found, name, value)
        return values

    def _value(self, found: Field[Any], name: str, value: Any) -> Any:
        tail = name.partition(".")[2]
        if found.kind == "many2many" or found.kind == "one2many":
            items = value.split(SEPARATOR) if isinstance(value, str) else list(value)
            return [item if isinstance(item, dict) else self._record(found, tail, item) for item in items if item != ""]
        if found.is_relation:
            return self._record(found, tail, value)
        return plain_text(found, Text(value)) if isinstance(value, str) else value

    def _record(self, found: Field[Any], tail: str, value: Any) -> Any:
        """Return the id of the record meant; what can't be an id, an external id or a name is the field's to refuse."""
        text = str(value).strip()
        comodel = str(getattr(found, "comodel", ""))
        known = self._found.get((f"{comodel}.{tail}", text))
        if known is not None:
            return known
        if not tail and (isinstance(value, int) or text.isdecimal()):
            return int(text)
        if not tail and "." in text and " " not in text:
            try:
                record = self.env.ref(text)
            except MissingRecord:
                record = None
            if record is not None and record._info.name == comodel:
                return record.id
        number = self._named(found, comodel, tail, text)
        self._found[(f"{comodel}.{tail}", text)] = number
        return number

    def _named(self, found: Field[Any], comodel: str, tail: str, text: str) -> int:
        by = tail or self.env.registry[comodel].rec_name
        if found.kind == "lookup" and not tail:
            return found.convert(text, self.env).id  # type: ignore[no-any-return]  # a lookup takes the key of an item
        rows = self.env[comodel].read([[str(by), "=", text]], ["id"], limit=2) if by else []
        if len(rows) != 1:
            words = {"label": found.label, "text": text, "count": len(rows)}
            message = _('%(label)s: "%(text)s" means %(count)s records.', words)
            raise ValidationError(message, code="import.reference", where=found.where)
        return int(rows[0]["id"])

    def _create(self, batch: Sequence[Line]) -> None:
        """Create the records together; where that fails, or something was wrong before, one by one to see which are wrong."""
        if not batch:
            return
        if not self.faults:
            try:
                self.env[self.info.name].create([line.values for line in batch])
            except ValidationError:
                pass
            else:
                self.counts.created += len(batch)
                return
        for line in batch:
            with self._telling(line):
                self.env[self.info.name].create(line.values)

    def _create_or_update(self, line: Line) -> None:
        model, key = self.env[self.info.name], str(self.key)
        value = line.values.pop(key, None)
        with self._telling(line):
            if value is None:
                raise ValidationError(_('The key "%(key)s" is empty.', key=key), code="import.key")
            wanted = int(value) if key == "id" and str(value).isdecimal() else value
            found = model.search([[key, "=", wanted]], limit=2, operation="update")
            if len(found) > 1:
                message = _('Several records have %(key)s "%(value)s".', key=key, value=str(value))
                raise ValidationError(message, code="import.key")
            if found:
                found[0].update(**line.values)
                self.env.flush()
                self.counts.updated += 1
            elif key == "id":
                raise ValidationError(_("There is no record %(id)s.", id=str(value)), code="import.key")
            else:
                given = {name: item for name, item in line.values.items() if item is not None}
                model.create({**given, key: value})
                self.counts.created += 1

    @contextmanager
    def _telling(self, line: Line) -> Iterator[None]:
        """Note what is wrong with a line and go on with the next."""
        try:
            yield
        except ValidationError as error:
            self._fault(error, line.number)

    def _fault(self, error: CoreError, line: int) -> None:
        self.faults.append(self._located(error, line))

    def _located(self, error: CoreError, line: int) -> CoreError:
        where = Where(file=str(self.file), line=line, model=error.where.model, field=error.where.field)
        return ValidationError(error.message, code=error.code, hint=error.hint, where=where)


def _unmarked(cell: str) -> str:
    """Take away the apostrophe that the export put before what a spreadsheet would take for a formula."""
    return cell[1:] if cell.startswith("'") and len(cell) > 1 and cell[1] in "=+-@\t\r'" else cell
