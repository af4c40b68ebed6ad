"""Render messages in the language of the reader (layer i18n)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.errors import CoreError, Message
from core.i18n.catalogs import Catalogs
from core.i18n.languages import SOURCE_LANGUAGE, related

_NOUN = "noun"
"""A value that is a label inside a sentence: in English it begins small there, as in *New service ticket*."""
_DECLARED = frozenset({"label", "action", _NOUN})
"""Values of messages that are labels as declared, in English: translated like the message itself."""


class Translator:
    """Looks texts up in the catalogs of one registry.

    Args:
        catalogs: What `load_catalogs` returned.
    """

    def __init__(self, catalogs: Catalogs | None = None) -> None:
        self._catalogs = catalogs or {}
        self._chains: dict[str, list[Mapping[str, str]]] = {}

    @property
    def languages(self) -> list[str]:
        """All languages there are translations for, and English."""
        return sorted({SOURCE_LANGUAGE, *self._catalogs})

    def text(self, msgid: str, lang: str) -> str:
        """Return the translation of an English text, the text itself where there is none.

        Args:
            msgid: The English text, such as the label of a field.
            lang: Language such as ``zh_CN``; a related one (zh_HK → zh_TW → zh_CN) is taken before English.
        """
        chain = self._chains.get(lang)
        if chain is None:
            chain = self._chains[lang] = [self._catalogs[name] for name in related(lang, self._catalogs)]
        for catalog in chain:
            if msgid in catalog:
                return catalog[msgid]
        return msgid

    def render(self, message: Any, lang: str) -> str:
        """Return a message with its values in a language.

        Args:
            message: A `Message` (messages and lists of them among its values are rendered too), an English text, or anything
                else, which is turned into text as it is.
            lang: Language such as ``zh_CN``.
        """
        if isinstance(message, str):
            return self.text(message, lang)
        if not isinstance(message, Message):
            return str(message)
        text = self.text(message.msgid, lang)
        if not message.params:
            return text
        values = {name: self._value(value, lang, name in _DECLARED) for name, value in message.params.items()}
        if _NOUN in values and lang == SOURCE_LANGUAGE:
            values[_NOUN] = _inside_a_sentence(values[_NOUN])
        try:
            return text % values
        except (KeyError, TypeError, ValueError):
            # A translation with a wrong placeholder must not hide the message; `extract --check` finds it.
            return message.msgid % values

    def render_error(self, error: CoreError, lang: str) -> str:
        """Return an error in one line: message and hint, without its place; of several faults one line each."""
        text = self.render(error.message, lang)
        if error.hint:
            text = (
                f"{text}（{self.render(error.hint, lang)}）"
                if lang.startswith("zh")
                else f"{text} ({self.render(error.hint, lang)})"
            )
        return "\n".join([text, *(self.render_error(fault, lang) for fault in error.faults if len(error.faults) > 1)])

    def _value(self, value: Any, lang: str, is_declared: bool = False) -> Any:
        if isinstance(value, Message) or (is_declared and isinstance(value, str)):
            return self.render(value, lang)
        if isinstance(value, (list, tuple)):
            return ("、" if lang.startswith("zh") else ", ").join(str(self._value(item, lang)) for item in value)
        return value


def _inside_a_sentence(label: str) -> str:
    """Return an English label with a small first letter, unless it is an abbreviation such as *SMS*."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
