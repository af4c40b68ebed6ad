"""In which language to answer, and the translations of a registry's addons (layer web)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from core.i18n import Translator, load_catalogs
from core.i18n.languages import related

if TYPE_CHECKING:
    from core.orm.registry import Registry
    from core.web.request import Request

COOKIE = "tangram_lang"
"""Keeps the language a guest chose."""


class Translators:
    """Translators by registry, made when first needed."""

    def __init__(self) -> None:
        self._core: Translator | None = None
        self._made: WeakKeyDictionary[Registry, Translator] = WeakKeyDictionary()

    def of(self, registry: Registry | None) -> Translator:
        """Return the translator of a registry; of None one that knows the texts of the core only."""
        if registry is None:
            if self._core is None:
                self._core = Translator(load_catalogs([]))
            return self._core
        found = self._made.get(registry)
        if found is None:
            loaded = registry.hooks.loaded.values() if registry.hooks is not None else ()
            found = self._made[registry] = Translator(load_catalogs([each.addon.path / "i18n" for each in loaded]))
        return found


def choose_language(request: Request, known: Iterable[str], default: str, own: str | None = None) -> str:
    """Return the language to answer in: the user's own, else what the guest chose, else what the browser asks for.

    Args:
        request: Its parameter ``lang``, cookie and header ``Accept-Language`` are looked at.
        known: Languages there are translations for.
        default: Language of the deployment.
        own: What the user has set, or None.
    """
    if own:
        return own
    names = list(known)
    wanted = [request.args.get("lang", ""), request.cookies.get(COOKIE, "")]
    wanted += [value for value, quality in request.accept_languages if quality > 0]
    for text in wanted:
        if found := related(_spelled(text), names):
            return found[0]
    return default


def _spelled(tag: str) -> str:
    """Return a language as we write it: ``zh-hant-hk`` is ``zh_Hant_HK``."""
    stem, *parts = tag.replace("-", "_").lower().split("_")
    return "_".join([stem, *(part.title() if len(part) == 4 else part.upper() for part in parts)])
