"""The templates of a registry: those of its addons, then the core's (layer web; design 2.4: an addon may override a widget)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from core.render.icons import Icons
from core.render.pages import Pages

if TYPE_CHECKING:
    from core.orm.registry import Registry
    from core.plugins.addon import Addon


def _everywhere(addon: Addon) -> list[str]:
    """Return the files of an addon that every page loads, since pages follow one another without loading their heads anew."""
    files = [f"{addon.name}.css", f"{addon.name}.js"]
    return [f"{addon.name}/{file}" for file in files if (addon.path / "static" / file).is_file()]


class Templates:
    """Pages by registry, made when first needed.

    Args:
        static_url: Turns the name of a static file into its address.
    """

    def __init__(self, static_url: Callable[[str], str]) -> None:
        self._static_url = static_url
        self._icons = Icons()
        self._core = Pages(static_url, icons=self._icons)
        self._made: WeakKeyDictionary[Registry, Pages] = WeakKeyDictionary()

    def of(self, registry: Registry | None) -> Pages:
        """Return the pages of a registry, those of addons that depend on others first; of None the core's only."""
        if registry is None or registry.hooks is None:
            return self._core
        found = self._made.get(registry)
        if found is None:
            addons = [each.addon for each in registry.hooks.loaded.values()]
            kept = [addon.path / "templates" for addon in reversed(addons) if (addon.path / "templates").is_dir()]
            own = [name for addon in addons for name in _everywhere(addon)]
            found = Pages(self._static_url, kept, self._icons, own) if kept or own else self._core
            self._made[registry] = found
        return found
