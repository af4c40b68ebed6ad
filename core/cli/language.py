"""The language of the terminal, as the environment says: one of the interface, else English. Layer: cli."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from core.i18n import Translator
from core.i18n.catalogs import load_catalogs
from core.i18n.languages import LANGUAGES, SOURCE_LANGUAGE, related

VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


class Language:
    """Renders messages for the person at the terminal.

    Args:
        environ: Environment variables; None takes those of the process.
    """

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        given = os.environ if environ is None else environ
        chosen = next((given[name] for name in VARIABLES if given.get(name)), "")
        self.name = next(iter(related(chosen.partition(".")[0], LANGUAGES)), SOURCE_LANGUAGE)

    @cached_property
    def _translator(self) -> Translator:
        return Translator({} if self.name == SOURCE_LANGUAGE else load_catalogs([]))

    def text(self, message: Any) -> str:
        """Return a message, or a text to be translated, in this language."""
        return self._translator.render(message, self.name)
