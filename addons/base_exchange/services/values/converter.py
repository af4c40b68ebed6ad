"""`Converter`: makes the values of records out of the rows of a file, many rows at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from addons.base_exchange.services.matching.targets import Target, labels_in_all_languages
from addons.base_exchange.services.plan import Column, Plan
from addons.base_exchange.services.values.faults import CellError, Fault, Row
from addons.base_exchange.services.values.plain import Read, as_text, read_integer, reader_of
from addons.base_exchange.services.values.relations import Finder
from core.api import AccessDenied, Environment, ValidationError, _


@dataclass
class _Part:
    """One column on its way into one field."""

    position: int
    column: Column
    name: str
    field: Any
    read: Read | None = None
    """For fields that are no relation."""
    finder: Finder | None = None
    """For relations."""


class Converter:
    """Reads cells as the fields of a plan demand.

    Args:
        env: Whose rights and language count.
        plan: Which column is which field.
        targets: What may be imported, by name.
    """

    def __init__(self, env: Environment, plan: Plan, targets: Mapping[str, Target]) -> None:
        self._env, self._plan = env, plan
        labels = labels_in_all_languages(env)
        self._parts: list[_Part] = []
        for position, column in enumerate(plan.columns):
            if not column.target:
                continue
            name = column.target.partition(".")[0]
            field = targets[name].field
            part = _Part(position if column.source is None else column.source, column, name, field)
            if field is None:
                part.read = read_integer
            elif field.is_relation:
                part.finder = Finder(env, field, column)
            else:
                order: Any = plan.date_order
                part.read = reader_of(field, order=order, today=env.today(), zone=env.timezone, label_of=labels)
            self._parts.append(part)
        self._given = {part.name for part in self._parts}
        self._required = [
            (target.name, target.label) for target in targets.values() if target.required and target.field is not None
        ]
        self._width = plan.width
        self._nothing = frozenset(plan.nothing)
        self._whole = {
            part.name for part in self._parts if part.field is not None and (part.field.to_many or part.field.translate)
        }
        """Fields that the ORM wants for all rows of a batch or none."""

    @property
    def finders(self) -> list[Finder]:
        """What found, or made, the records of relations."""
        return [part.finder for part in self._parts if part.finder is not None]

    def load_related(self, rows: Sequence[Row]) -> list[Any]:
        """Return the records that rows refer to, loaded together; held by the caller, they need not be asked for one by one."""
        # What others in the transaction have pending would make this environment read anew, one record after the other.
        self._env.before_query()
        held: list[Any] = []
        for part in self._parts:
            if part.finder is not None:
                given = [row.values[part.name] for row in rows if part.name in row.values]
                ids = dict.fromkeys(each for value in given for each in (value if isinstance(value, list) else [value]))
                held += self._env.load(part.finder.comodel, list(ids))
        return held

    def wanted(self, rows: Sequence[Row]) -> list[Row]:
        """Return the rows that the plan does not leave out by what stands in a column."""
        asked = [(part, frozenset(part.column.leave_out)) for part in self._parts if part.column.leave_out]
        if not asked:
            return list(rows)
        return [row for row in rows if not any(self._text(part, row) in texts for part, texts in asked)]

    def _text(self, part: _Part, row: Row) -> str:
        cell = self._cell(part, row)
        return "" if cell is None else as_text(cell).strip()

    def convert(self, rows: Sequence[Row]) -> None:
        """Fill the values of the rows, and note what is wrong with them. A field is missing where its cell is empty."""
        for part in self._parts:
            if part.finder is not None:
                self._convert_relation(part, part.finder, rows)
            else:
                self._convert_plain(part, rows)
        for row in rows:
            extra = [cell for cell in row.cells[self._width :] if cell is not None]
            if extra:
                message = _("The row has more cells than there are columns; a delimiter may stand in a text.")
                row.faults.append(Fault(row.number, message, "import.width", value=as_text(extra[0])))

    def complete(self, row: Row) -> dict[str, Any]:
        """Return the values of a new record, noting required ones that are missing."""
        for name, label in self._required:
            if name not in row.values and not any(fault.field == name for fault in row.faults):
                row.faults.append(self._missing(row, name, label))
        if self._whole:
            for name in self._whole:
                row.values.setdefault(name, [] if self._env.registry[self._plan.model].fields[name].to_many else None)
        return row.values

    def cleared(self, row: Row) -> dict[str, Any]:
        """Return what an existing record is to get: the values, and nothing in the fields whose cell is empty, if the plan says so."""
        if self._plan.empty == "keep":
            return row.values
        fields = {part.name: part.field for part in self._parts if part.field is not None}
        return {name: row.values.get(name, [] if field.to_many else None) for name, field in fields.items()}

    def _missing(self, row: Row, name: str, label: Any) -> Fault:
        position = next((part.position for part in self._parts if part.name == name), None)
        message = _("%(label)s is required.", label=label)
        return Fault(row.number, message, "validation.required", column=position, field=name)

    def _cell(self, part: _Part, row: Row) -> Any:
        """Return a cell, or what it was said to be replaced by; None if it is empty."""
        column = part.column
        if column.constant is not None:
            return column.constant
        raw = self._cleaned(part.position, column, row)
        if column.joined:
            others = [self._cleaned(place, column, row) for place in column.joined]
            raw = column.between.join(as_text(each) for each in (raw, *others) if each is not None) or None
        if raw is not None and column.replace:
            return self._something(column.replace.get(as_text(raw).strip(), raw))
        return column.blank if raw is None else raw

    def _cleaned(self, place: int, column: Column, row: Row) -> Any:
        """Return what stands at a place of a row, without junk; None if that is nothing."""
        raw = row.cells[place] if place < len(row.cells) else None
        if type(raw) is str:
            for text in column.remove:
                raw = raw.replace(text, "")
            if column.tidy:
                raw = " ".join(raw.split())
        return self._something(raw)

    def _something(self, raw: Any) -> Any:
        """Return a cell, or None if its text means nothing."""
        is_nothing = isinstance(raw, str) and (not raw or raw.isspace() or raw.strip() in self._nothing)
        return None if is_nothing else raw

    def _convert_plain(self, part: _Part, rows: Sequence[Row]) -> None:
        read, field, env = part.read, part.field, self._env
        assert read is not None  # of a column that is no relation
        known: dict[Any, Any] = {}
        position, name, column = part.position, part.name, part.column
        is_given = column.constant is not None or column.blank is not None or bool(column.joined)
        replaced = is_given or bool(column.replace)
        for row in rows:
            cells = row.cells
            raw = cells[position] if position < len(cells) and column.constant is None else None
            if raw is None and not is_given:
                continue
            kind = type(raw)
            if replaced or kind is str:
                raw = self._cell(part, row)
                if raw is None:
                    continue
            # Cells of one column often say the same; True and 1 are equal, but not the same.
            value = known.get((raw, kind))
            if value is None:
                try:
                    value = read(raw)
                    if field is not None:
                        value = field.convert(value, env)
                except CellError as error:
                    row.faults.append(self._fault(part, row, raw, error))
                    continue
                except ValidationError as error:
                    row.faults.append(self._fault(part, row, raw, CellError(error.message), error.code))
                    continue
                known[(raw, kind)] = value
            row.values[name] = value

    def _convert_relation(self, part: _Part, finder: Finder, rows: Sequence[Row]) -> None:
        texts: list[tuple[Row, Any, list[str]]] = []
        for row in rows:
            raw = self._cell(part, row)
            if raw is not None:
                texts.append((row, raw, finder.texts_of(raw)))
        finder.find_all(text for _row, _raw, some in texts for text in some)
        for row, raw, some in texts:
            try:
                found = [finder.value_of(text) for text in some]
            except CellError as error:
                row.faults.append(self._fault(part, row, raw, error))
                continue
            except AccessDenied as error:
                row.faults.append(self._fault(part, row, raw, CellError(error.message), error.code))
                continue
            row.values[part.name] = found if part.field.to_many else found[0]

    def _fault(self, part: _Part, row: Row, raw: Any, error: CellError, code: str | None = None) -> Fault:
        return Fault(
            row.number,
            error.message,
            code or error.code,
            column=part.position,
            field=part.name,
            value=as_text(raw)[:200],
            proposals=error.proposals,
            is_certain=error.is_certain,
        )
