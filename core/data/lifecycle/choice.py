"""Which addons a change concerns: dependencies, bridges, dependents. Pure functions of manifests and states. Layer: data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from packaging.version import Version

from core.errors import AddonError, CoreError, DependencyError, Where, raise_faults, unknown
from core.i18n import _
from core.orm.bookkeeping import AddonState
from core.plugins import graph
from core.plugins.addon import BASE, Addon
from core.plugins.addonset import AddonSet

States = Mapping[str, AddonState]
DECLINED = "declined"
"""Key of an addon's data: a person disabled this bridge, so it does not come by itself again."""
DEPENDS = "depends"
"""Key of an addon's data: what it needed when it was enabled; known even when its folder is gone."""


def enabled(states: States) -> list[str]:
    """Return the names of the enabled addons."""
    return [name for name, state in states.items() if state.state == "enabled"]


def to_enable(addons: AddonSet, states: States, names: Iterable[str]) -> list[Addon]:
    """Return what enabling ``names`` enables: those not enabled yet with their dependencies, then bridges; in order.

    Raises:
        AddonError: A name is unknown or broken; all at once.
    """
    faults: list[CoreError] = []
    wanted = list(names)
    for name in wanted:
        try:
            addons.usable(name)
        except CoreError as error:
            faults.append(error)
    raise_faults(faults, AddonError, "addons")
    present = set(enabled(states))
    new = [addon for addon in addons.with_dependencies(wanted) if addon.name not in present]
    everything = present | {addon.name for addon in new}
    for name in addons.bridges(everything):
        declined = bool(name in states and states[name].data.get(DECLINED))
        if not declined and everything.issuperset(addons[name].depends):
            everything.add(name)
            new.append(addons[name])
    return new


def depends_of(addons: AddonSet, states: States) -> dict[str, tuple[str, ...]]:
    """Return what each addon of the database needs, also broken and missing ones."""
    found: dict[str, tuple[str, ...]] = {}
    for name, state in states.items():
        has_manifest = name in addons and addons[name].manifest is not None
        found[name] = addons[name].depends if has_manifest else tuple(state.data.get(DEPENDS, ()))
    return found


def with_dependents(
    addons: AddonSet, states: States, names: Iterable[str], *, cascade: bool, among: Sequence[str]
) -> list[str]:
    """Return ``names`` and what needs them, in the order in which to take them away.

    Bridges that connect one of them go along by themselves, as they came.

    Args:
        addons: All addons known.
        states: What the database knows.
        names: The addons asked for.
        cascade: Whether others that need them may go along.
        among: Which addons of the database count: the enabled ones to disable, all to remove.

    Raises:
        AddonError: A name is not in the database, or is the base addon.
        DependencyError: Others need them and ``cascade`` is False.
    """
    wanted = list(dict.fromkeys(names))
    faults: list[CoreError] = []
    for name in wanted:
        if name == BASE:
            faults.append(
                AddonError(_("The base addon can't be taken away."), code="addon.base", where=Where(addon=name))
            )
        elif name not in among:
            choices = [other for other in among if other != BASE]
            faults.append(unknown("enabled addon", name, choices, AddonError, code="addon.unknown"))
    raise_faults(faults, AddonError, "addons")
    depends = depends_of(addons, states)
    dependents = graph.dependents_of(depends, wanted, among)
    others = [name for name in dependents if not (name in addons and addons[name].is_bridge)]
    if others and not cascade:
        raise DependencyError(
            _("Other addons need it: %(names)s.", names=", ".join(reversed(others))),
            code="dependency.dependents",
            hint=_("take them away first, or all together with cascade"),
            where=Where(addon=wanted[0]),
        )
    going = set(wanted) | set(dependents)
    return [name for name in reversed(graph.sort({name: depends[name] for name in states})) if name in going]


def versions_ahead(addons: Iterable[Addon], states: States) -> None:
    """Refuse to go back to an older version.

    Raises:
        AddonError: The database holds a later version of an addon than its files; all such at once.
    """
    faults: list[CoreError] = []
    for addon in addons:
        state = states.get(addon.name)
        if state is not None and addon.manifest is not None and Version(state.version) > addon.manifest.parsed_version:
            message = _(
                "The database holds version %(stored)s, the files are version %(found)s.",
                stored=state.version,
                found=addon.version,
            )
            hint = _("bring back the files of the later version")
            faults.append(AddonError(message, code="addon.downgrade", hint=hint, where=Where(addon=addon.name)))
    raise_faults(faults, AddonError, "addons")
