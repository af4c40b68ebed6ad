"""All addons an application knows of, and questions about their dependencies (layer plugins)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from core.errors import AddonError, CoreError, DependencyError, Message, Where, unknown
from core.plugins import graph
from core.plugins.addon import BASE, Addon


class AddonSet:
    """The addons found by `discover`; never changed afterwards, a new search makes a new set.

    Iterating gives every addon, also broken ones and each of several of one name, ordered by name.
    """

    def __init__(self, addons: Iterable[Addon], problems: Sequence[CoreError] = ()) -> None:
        self._all = sorted(addons, key=lambda addon: (addon.name, str(addon.path)))
        self._by_name = {addon.name: addon for addon in reversed(self._all)}
        self._usable = {addon.name: addon.depends for addon in self._all if not addon.is_broken}
        self.problems = tuple(problems)
        """What is wrong with the search itself, such as a folder of ``addons_path`` that is not there."""
        self.order = graph.sort(self._usable)
        """Names of all usable addons, each after those it needs."""

    def __iter__(self) -> Iterator[Addon]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __getitem__(self, name: str) -> Addon:
        """Return an addon by name, broken or not.

        Raises:
            AddonError: There is none; proposes the nearest name.
        """
        if name not in self._by_name:
            raise unknown("addon", name, self._by_name, AddonError, code="addon.unknown")
        return self._by_name[name]

    @property
    def broken(self) -> list[Addon]:
        """All addons that can't be used."""
        return [addon for addon in self._all if addon.is_broken]

    def usable(self, name: str) -> Addon:
        """Return an addon that can be used.

        Raises:
            AddonError: There is none of this name; its own error if it is broken.
        """
        addon = self[name]
        if addon.error is not None:
            raise addon.error
        return addon

    def sorted(self, names: Iterable[str]) -> list[Addon]:
        """Return the usable ones of ``names``, each after those it needs."""
        wanted = set(names)
        return [self._by_name[name] for name in self.order if name in wanted]

    def with_dependencies(self, names: Iterable[str]) -> list[Addon]:
        """Return ``names`` and all they need, each after those it needs; ``base`` is always first.

        Raises:
            AddonError: One of ``names`` is unknown or broken.
        """
        wanted = [self.usable(name).name for name in names]
        return self.sorted(graph.closure(self._usable, [BASE, *wanted]))

    def split_enabled(self, names: Iterable[str]) -> tuple[list[Addon], dict[str, CoreError]]:
        """Divide the names a database has enabled into those that can be served now and those that can't.

        Returns:
            The usable addons, each after those it needs, ``base`` first; and an error by name for each of the rest: not
            found any more, broken, or needing one that is not served.
        """
        wanted = {BASE, *names}
        errors: dict[str, CoreError] = {}
        for name in sorted(wanted):
            if name not in self:
                errors[name] = unknown("addon", name, self._by_name, AddonError, where=Where(addon=name))
            elif (error := self[name].error) is not None:
                errors[name] = error
        served: list[Addon] = []
        present: set[str] = set()
        for addon in self.sorted(wanted):
            missing = [need for need in addon.depends if need not in present]
            if missing:
                message = Message('It needs the addon "%(name)s", which is not enabled.', {"name": missing[0]})
                errors[addon.name] = DependencyError(message, where=Where(addon=addon.name))
            else:
                present.add(addon.name)
                served.append(addon)
        return served, errors

    def dependents_of(self, *names: str, among: Collection[str] | None = None) -> list[str]:
        """Return the addons that need one of ``names``, directly or not, in the order in which to disable them.

        Args:
            names: The addons asked about.
            among: Only these count, such as the enabled ones; None means all usable ones.
        """
        return graph.dependents_of(self._usable, names, among)

    def bridges(self, enabled: Collection[str]) -> list[str]:
        """Return the bridges that become enabled by themselves when ``enabled`` are, in the order to enable them."""
        candidates = [name for name in self._usable if self._by_name[name].is_bridge]
        return graph.bridges(self._usable, candidates, enabled)
