"""The language of the terminal: Chinese where the environment says so, else English. Layer: cli."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from core.i18n import Translator
from core.i18n.catalogs import SOURCE_LANGUAGE, load_catalogs

VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


class Language:
    """Renders messages for the person at the terminal.

    Args:
        environ: Environment variables; None takes those of the process.
    """

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        given = os.environ if environ is None else environ
        chosen = next((given[name] for name in VARIABLES if given.get(name)), "")
        self.name = "zh_CN" if chosen.startswith("zh") else SOURCE_LANGUAGE

    @cached_property
    def _translator(self) -> Translator:
        return Translator({} if self.name == SOURCE_LANGUAGE else load_catalogs([]))

    def text(self, message: Any) -> str:
        """Return a message, or a text to be translated, in this language."""
        return self._translator.render(message, self.name)
