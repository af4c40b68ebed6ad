"""Field kinds, one concept per file; addon authors reach them as ``core.api.fields``."""

from core.orm.fields.base import TEXT_INDEXES, Field
from core.orm.fields.choice import Boolean, Selection
from core.orm.fields.json import Json
from core.orm.fields.number import Decimal, Float, Integer, Money
from core.orm.fields.relation import Lookup, Many2many, Many2one, One2many
from core.orm.fields.special import File, Image, Reference, Sequence
from core.orm.fields.temporal import Date, Datetime
from core.orm.fields.text import Char, Html, Text

__all__ = [
    "TEXT_INDEXES",
    "Boolean",
    "Char",
    "Date",
    "Datetime",
    "Decimal",
    "Field",
    "File",
    "Float",
    "Html",
    "Image",
    "Integer",
    "Json",
    "Lookup",
    "Many2many",
    "Many2one",
    "Money",
    "One2many",
    "Reference",
    "Selection",
    "Sequence",
    "Text",
]
