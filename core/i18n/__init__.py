"""Texts in the user's language: marking, catalogs, formats of numbers and dates (layer i18n)."""

from core.i18n.catalogs import load_catalogs
from core.i18n.messages import _
from core.i18n.translator import Translator

__all__ = ["Translator", "_", "load_catalogs"]
