"""Finds the records that cells mean, for many rows together: by name, code or external id, or a new one where that is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from addons.base_exchange.services.plan import Column
from addons.base_exchange.services.values.faults import CellError
from addons.base_exchange.services.values.plain import as_text, fold, is_likely, nearest
from core.api import CoreError, Environment, MissingRecord, _

_XID = re.compile(r"[a-z][a-z0-9_]*\.[A-Za-z0-9_.\-]+\Z")
_SEPARATORS = re.compile(r"[;；、|,，\n]")
_CODES = ("code", "number", "login", "key")
"""Fields by which people call records besides the name, if they are texts with a column."""
_CHUNK = 500
_MOST_NAMES = 2000
"""Names of the other model among which near ones are looked for."""
_LONG_ID = 19


class Finder:
    """Finds the records of one relation, and remembers what it found.

    Args:
        env: Whose rights hold: who may not see a record does not find it.
        field: The relation.
        column: The column of the file.
        labels: Returns an English label in all languages.
    """

    def __init__(self, env: Environment, field: Any, column: Column) -> None:
        self._env, self._field, self._column = env, field, column
        self.comodel: str = field.comodel
        self.created: list[int] = []
        """Ids of the records made because they were not there."""
        self._found: dict[str, int | CellError] = {}
        self._names: dict[str, int] | None = None
        info = env.registry[self.comodel]
        tail = (column.target or "").partition(".")[2]
        self._by_id = column.is_name and not tail
        self._is_lookup = field.kind == "lookup"
        self.named_by: str | None = info.rec_name
        if tail:
            info.field(tail)
            self._fields = [tail]
        else:
            codes = [name for name in _CODES if name in info.fields and info.fields[name].kind in ("char", "sequence")]
            unique = [each.name for each in info.fields.values() if each.unique and each.kind == "char" and each.column]
            hidden = env.hidden_fields(info, "read")
            names = dict.fromkeys([*([info.rec_name] if info.rec_name else []), *codes, *unique])
            self._fields = [name for name in names if name not in hidden and info.fields[name].column]

    def texts_of(self, raw: Any) -> list[str]:
        """Return the names in a cell; several, where the field takes several."""
        text = as_text(raw).strip()
        if not self._field.to_many:
            return [text]
        return [part.strip() for part in _SEPARATORS.split(text) if part.strip()]

    def find_all(self, texts: Iterable[str]) -> None:
        """Look all texts up that are not known yet: one statement for each field they may stand in, for 500 at a time."""
        asked = [text for text in dict.fromkeys(texts) if text not in self._found]
        if self._by_id:
            self._find_ids([text for text in asked if text.isascii() and text.isdigit() and len(text) < _LONG_ID])
            asked = [text for text in asked if text not in self._found]
        if self._is_lookup and asked:
            self._find_items(asked)
            return
        if self._column.by:
            self._find_joined(asked)
            return
        for start in range(0, len(asked), _CHUNK):
            self._find_some(asked[start : start + _CHUNK])

    def value_of(self, text: str) -> int:
        """Return the id of the record that a text means; a new one's where there is none and that is asked for.

        Raises:
            CellError: There is none, or there are several.
        """
        found = self._found.get(text)
        if found is None:
            found = self._create(text) if self._column.create else self._missing(text)
            self._found[text] = found
        if isinstance(found, CellError):
            raise found
        return found

    def forget_created(self, before: int) -> None:
        """Forget the records made after ``before`` of them, since they were undone."""
        gone = set(self.created[before:])
        del self.created[before:]
        self._found = {text: found for text, found in self._found.items() if found not in gone}

    def _find_ids(self, texts: Sequence[str]) -> None:
        for start in range(0, len(texts), _CHUNK):
            part = {int(text): text for text in texts[start : start + _CHUNK]}
            rows = self._env[self.comodel].read([["id", "in", list(part)]], ["id"])
            self._found.update((part[row["id"]], row["id"]) for row in rows)

    def _find_some(self, texts: Sequence[str]) -> None:
        hits: dict[str, dict[int, str]] = {}
        model = self._env[self.comodel]
        wanted = list(texts)
        for name in self._fields:
            if not wanted:
                break
            given = self._values(name, wanted)
            paths = ["id", name, *([self.named_by] if self.named_by else [])]
            for row in model.read([[name, "in", list(given)]], list(dict.fromkeys(paths))) if given else ():
                for text in given.get(row[name], ()):
                    hits.setdefault(text, {})[row["id"]] = str(row.get(self.named_by or name) or "")
            wanted = [text for text in wanted if text not in hits]
        for text, found in hits.items():
            self._found[text] = next(iter(found)) if len(found) == 1 else self._several(text, found)
        for text in wanted:
            number = self._by_external_id(text)
            if number is not None:
                self._found[text] = number

    def _find_joined(self, texts: Sequence[str]) -> None:
        """Find records that several columns together name: one statement for 500 texts, by the first of them."""
        paths, between = self._column.by, self._column.between
        for start in range(0, len(texts), _CHUNK):
            part = texts[start : start + _CHUNK]
            firsts = list(dict.fromkeys(text.partition(between)[0] for text in part))
            hits: dict[str, dict[int, str]] = {}
            for row in self._env[self.comodel].read([[paths[0], "in", firsts]], ["id", *paths]):
                text = between.join(as_text(row[path]) for path in paths)
                hits.setdefault(text, {})[row["id"]] = text
            for text in part:
                found = hits.get(text)
                if found:
                    self._found[text] = next(iter(found)) if len(found) == 1 else self._several(text, found)

    def _values(self, name: str, texts: Sequence[str]) -> dict[Any, list[str]]:
        """Return what the column holds for each text, in the type of its field; what has another type is left out."""
        field = self._env.registry[self.comodel].fields[name]
        given: dict[Any, list[str]] = {}
        for text in texts:
            if field.kind == "integer":
                if text.isascii() and text.isdigit():
                    given.setdefault(int(text), []).append(text)
            elif field.size is None or len(text) <= field.size:
                given.setdefault(text, []).append(text)
        return given

    def _by_external_id(self, text: str) -> int | None:
        """Return the record with this external id."""
        if not _XID.match(text):
            return None
        try:
            record = self._env.ref(text)
        except MissingRecord:
            return None
        is_ours = record._info.name == self.comodel and self._env.may(record, "read")
        return int(record.id) if is_ours else None

    def _find_items(self, asked: Sequence[str]) -> None:
        """Match texts with the items of a dictionary: by key or label, in any language."""
        if self._names is None:
            self._names = {}
            domain = [["dictionary.code", "=", self._field.dictionary], ["active", "=", True]]
            for item in self._env["core.dictionary.item"].search(domain):
                kept = getattr(item, "name_i18n", None) or {}
                for text in (item.key, item.name, getattr(item, "_source_name", None), *kept.values()):
                    if text:
                        self._names.setdefault(str(text), item.id)
        folded = {fold(name): number for name, number in self._names.items()}
        for text in asked:
            number = folded.get(fold(text))
            if number is not None:
                self._found[text] = number

    def _several(self, text: str, found: dict[int, str]) -> CellError:
        message = _('"%(text)s" means %(count)s records; name the one by its code.', text=text, count=len(found))
        return CellError(message, code="reference_several", proposals=self._codes_of(found))

    def _codes_of(self, found: dict[int, str]) -> list[str]:
        """Return texts that mean just one of several records of the same name."""
        info = self._env.registry[self.comodel]
        for name in self._fields[1:]:
            rows = self._env[self.comodel].read([["id", "in", list(found)[:5]]], ["id", name])
            codes = [str(row[name]) for row in rows if row[name]]
            if info.fields[name].unique and codes:
                return codes
        return []

    def _missing(self, text: str) -> CellError:
        near = nearest(text, list(self._all_names()))
        label = _(str(self._field.label))
        message = _('There is no %(label)s "%(text)s".', label=label, text=text[:80])
        return CellError(message, code="reference", proposals=near, is_certain=is_likely(text, near))

    def _all_names(self) -> dict[str, int]:
        if self._names is None:
            self._names = {}
            name = self.named_by if self.named_by in self._fields else self._fields[0] if self._fields else None
            if name is not None:
                rows = self._env[self.comodel].read([], ["id", name], limit=_MOST_NAMES)
                self._names = {str(row[name]): row["id"] for row in rows if row[name]}
        return self._names

    def _create(self, text: str) -> int | CellError:
        env = self._env
        try:
            with env.savepoint():
                if self._is_lookup:
                    head = env["core.dictionary"].search([["code", "=", self._field.dictionary]])[0]
                    values = {"dictionary": head.id, "key": text[:64], "name": text}
                else:
                    values = {self._fields[0] if self._fields else str(self.named_by): text}
                number = int(env[self.comodel].create(values).id)
        except CoreError as error:
            first = error.faults[0] if error.faults else error
            return CellError(_("It can't be created: %(reason)s", reason=first.message), code="reference_create")
        self.created.append(number)
        return number
