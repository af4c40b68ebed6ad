"""Fuzzy search (CORE-40): typed characters occur in order, not necessarily next to each other. Layer: orm.

Beside a column ``name`` stands ``name_fuzzy``, written by `normalise`: the characters of the text and the pinyin initials of these
characters, each separated by one space, the two halves by a bar: ``深 圳 海 洋 | s z h y``. An index over these single characters finds
the few rows that hold all those typed, LIKE then checks their order. On PostgreSQL that index is GIN over an array of the
characters, on SQLite an FTS5 table kept by triggers. `match` and `contains` say the same in Python.
"""

from __future__ import annotations

import importlib
import unicodedata
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from core.orm import fts
from core.orm.naming import bounded

SUFFIX = "_fuzzy"
"""Ending of the column that holds the normalised text."""

_BAR = "|"
_ESCAPE = "/"
_MOST_TOKENS = 16
"""Distinct characters looked up in the index; further ones hardly narrow the result."""


# Text -----------------------------------------------------------------------------------------------------------------


def normalise(text: str) -> str:
    """Return what the column beside a fuzzy field holds: characters, a bar, their pinyin initials.

    Full-width forms, case, spaces and invisible characters make no difference. Each half is separated by single spaces;
    characters that are not Chinese stand in both. Empty for a text without visible characters.
    """
    characters = _fold(text)
    if not characters:
        return ""
    return f"{' '.join(characters)} {_BAR} {' '.join(_initials(characters))}"


def match(stored: str | None, typed: str) -> bool:
    """Whether the value ``stored`` of a fuzzy field is found by ``typed``, as `sql_condition` decides in SQL.

    With a Chinese character among those typed the text itself must hold them in order, otherwise its initials.
    Nothing visible typed finds everything; an empty value is found by nothing else.
    """
    wanted = _fold(typed)
    if not wanted:
        return True
    characters = iter(_haystack(stored, wanted))
    return all(character in characters for character in wanted)


def contains(stored: str | None, typed: str) -> bool:
    """Whether ``typed`` is part of the value ``stored`` when spaces, case and width are ignored, as `sql_substring` decides."""
    wanted = _fold(typed)
    return not wanted or wanted in _fold(stored or "")


def _haystack(stored: str | None, wanted: str) -> str:
    characters = _fold(stored or "")
    return characters if _is_chinese(wanted) else _initials(characters)


def _fold(text: str) -> str:
    """Return the characters that count: compatible forms united, small, without spaces, control characters and bars."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    # casefold, not lower: it does not depend on neighbours (final sigma), so a part of a text folds as the whole does.
    return text.casefold().translate(_dropped())


class _Dropped(dict[int, int | None]):
    """For `str.translate`: None for a character that is left out. Filled as characters occur."""

    def __missing__(self, code: int) -> int | None:
        character = chr(code)
        left_out = character == _BAR or character.isspace() or unicodedata.category(character) in ("Cc", "Cf", "Cs")
        self[code] = None if left_out else code
        return self[code]


class _Initials(dict[int, int]):
    """For `str.translate`: the pinyin initial of a Chinese character, every other character itself. Filled as characters occur."""

    def __init__(self, readings: dict[int, str]) -> None:
        super().__init__()
        self._readings = readings

    def __missing__(self, code: int) -> int:
        reading = self._readings.get(code) if code > 0x2E7F else None
        self[code] = ord(_first_letter(reading)) if reading else code
        return self[code]


@lru_cache(maxsize=1)
def _dropped() -> _Dropped:
    return _Dropped()


@lru_cache(maxsize=1)
def _pinyin() -> tuple[_Initials, dict[str, str]]:
    """Return the initials by character, and those of words of two characters that are read otherwise than one by one.

    重 alone is read zhòng, yet 重庆 is Chóngqìng. Longer phrases are idioms, which don't occur in names.
    """
    # Imported when first needed: its dictionaries take a fifth of a second, which a command that searches nothing can spare.
    tables = importlib.import_module("pypinyin.constants")
    initials = _Initials(tables.PINYIN_DICT)
    words = {}
    for word, readings in tables.PHRASES_DICT.items():
        if len(word) == 2:
            spoken = "".join(_first_letter(reading[0]) for reading in readings)
            if spoken != word.translate(initials):
                words[word] = spoken
    return initials, words


def _first_letter(reading: str) -> str:
    """Return the plain first letter of a reading such as ``ér`` or ``líng,yuán``."""
    return unicodedata.normalize("NFD", reading)[0]


def initials(text: str) -> str:
    """Return a text with the pinyin initial in the place of each Chinese character; the other characters as they are."""
    return _initials(text)


def _initials(characters: str) -> str:
    if characters.isascii():
        return characters
    by_character, by_word = _pinyin()
    initials = characters.translate(by_character)
    for place in range(len(characters) - 1):
        spoken = by_word.get(characters[place : place + 2])
        if spoken:
            initials = initials[:place] + spoken + initials[place + 2 :]
    return initials


def _is_chinese(characters: str) -> bool:
    return not characters.isascii() and characters.translate(_pinyin()[0]) != characters


# Conditions -----------------------------------------------------------------------------------------------------------


def fts_name(table_name: str, column_name: str) -> str:
    """Return the name of the FTS5 table on SQLite for a column that ends in `SUFFIX`: ``crm_customer_name_fts``."""
    return bounded(f"{table_name}_{column_name.removesuffix(SUFFIX)}_fts")


def sql_condition(
    dialect_name: str,
    table: sa.FromClause,
    column_name: str,
    fts_table_name: str,
    typed: str,
    *,
    by_index: bool = False,
) -> sa.ColumnElement[bool]:
    """Return the condition that a row is found by ``typed``; the same answer as `match`.

    Args:
        dialect_name: ``sqlite`` or ``postgresql``.
        table: The table or an alias of it.
        column_name: The column with the normalised text (`SUFFIX`).
        fts_table_name: Its index on SQLite, see `fts_name`.
        typed: What the user typed; nothing visible gives a condition that is true.
        by_index: Look up ASCII characters as well: for one of several alternatives, which are as fast as the slowest of them.
    """
    wanted = _fold(typed)
    if not wanted:
        return sa.true()
    in_order = f"%{'%'.join(map(_escaped, wanted))}%"
    pattern = f"{in_order}{_BAR}%" if _is_chinese(wanted) else f"%{_BAR}{in_order}"
    return _all_of(dialect_name, table, column_name, fts_table_name, wanted, pattern, by_index=by_index)


def sql_substring(
    dialect_name: str, table: sa.FromClause, column_name: str, fts_table_name: str, typed: str
) -> sa.ColumnElement[bool]:
    """Return the condition that a row's text holds ``typed`` in one piece; the same answer as `contains`. See `sql_condition`."""
    wanted = _fold(typed)
    if not wanted:
        return sa.true()
    pattern = f"%{' '.join(map(_escaped, wanted))} %{_BAR}%"
    return _all_of(dialect_name, table, column_name, fts_table_name, wanted, pattern)


def has_index_for(dialect_name: str, typed: str) -> bool:
    """Whether `sql_condition` with ``by_index`` finds rows by index."""
    return bool(_tokens(_fold(typed), dialect_name, by_index=True))


def sql_prefilter(
    dialect_name: str,
    table: sa.FromClause,
    column_name: str,
    fts_table_name: str,
    typed: str,
    *,
    by_index: bool = False,
) -> sa.ColumnElement[bool] | None:
    """Return a condition by index that the row holds every character typed, in any order; None if no character is worth it.

    Beside ``column ILIKE '%typed%'`` it makes that fast and changes no answer, as long as the texts are in Unicode form NFC.
    """
    tokens = _tokens(_fold(typed), dialect_name, by_index=by_index)
    if not tokens:
        return None
    if dialect_name == "sqlite":
        return fts.matches(table, fts_table_name, " ".join(f'"{token}"' for token in tokens))
    indexed = _character_array(table.c[column_name])
    return indexed.op("@>", is_comparison=True)(sa.literal(tokens, postgresql.ARRAY(sa.Text())))


def _all_of(
    dialect_name: str,
    table: sa.FromClause,
    column_name: str,
    fts_table_name: str,
    wanted: str,
    pattern: str,
    *,
    by_index: bool = False,
) -> sa.ColumnElement[bool]:
    condition = table.c[column_name].like(pattern, escape=_ESCAPE)
    prefilter = sql_prefilter(dialect_name, table, column_name, fts_table_name, wanted, by_index=by_index)
    return condition if prefilter is None else sa.and_(prefilter, condition)


def _tokens(characters: str, dialect_name: str, *, by_index: bool) -> list[str]:
    """Return the characters by which rows are looked up.

    A letter of ASCII is among the initials of most rows, so reading the rows is as fast, and faster where another condition or
    a page's limit leaves few to read (1,000,000 names: at most 0.25 s, a page of one owner 2 ms instead of 50). With ``by_index``
    PostgreSQL, which knows how common each is, gets all of them; SQLite, which would always take the index, the digits.
    """

    def is_worth_it(character: str) -> bool:
        if not character.isascii():
            return True
        return by_index and (dialect_name == "postgresql" or character.isdigit())

    return [character for character in dict.fromkeys(characters) if is_worth_it(character)][:_MOST_TOKENS]


def _escaped(character: str) -> str:
    return _ESCAPE + character if character in ("%", "_", _ESCAPE) else character


def _character_array(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    # The separator is written out, not bound: PostgreSQL uses the index only where the expression is literally the same.
    return sa.func.string_to_array(column, sa.literal_column("' '"))


# Indexes --------------------------------------------------------------------------------------------------------------


def fuzzy_indexes(table: sa.Table, column_name: str) -> sa.Index:
    """Add to ``table`` what makes searching ``column_name`` fast on either database, created and dropped with the table.

    Side effects: the GIN index (returned) becomes an index of the table on PostgreSQL; on SQLite an FTS5 table with triggers
    follows the table's CREATE, see `core.orm.fts`.
    """
    fts.attach(table, fts_table(table.name, column_name))
    index = sa.Index(
        bounded(f"ix_{table.name}_{column_name}"),
        _character_array(table.c[column_name]),
        postgresql_using="gin",
        info={fts.ONLY_ON: "postgresql"},
    )
    return index.ddl_if(dialect="postgresql")


def fts_table(table_name: str, column_name: str) -> fts.FtsTable:
    """Return the index on SQLite for a column that ends in `SUFFIX`."""
    # Tokenizer ascii: every character beyond ASCII is a letter to it, whatever its version of Unicode, and texts are folded already.
    return fts.FtsTable(fts_name(table_name, column_name), table_name, column_name, "ascii")
