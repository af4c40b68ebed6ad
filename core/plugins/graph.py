"""Dependencies between addons, as names only (layer plugins).

All functions take ``depends``: name of each addon to the names it needs directly. The order of that mapping is the
order among addons that do not need each other, so that results are stable.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from core.errors import CoreError, DependencyError, Message, Where, nearest

Depends = Mapping[str, Sequence[str]]


def sort(depends: Depends) -> list[str]:
    """Return all names so that each comes after those it needs; otherwise in the order of ``depends``.

    Names that are needed but no keys are ignored.

    Raises:
        DependencyError: There is a cycle; it is named by its members.
    """
    order, cycle = _walk(depends)
    if cycle:
        raise _cycle_error(cycle)
    return order


def _walk(depends: Depends) -> tuple[list[str], list[str]]:
    """Return the sorted names and an empty list, or as far as it got and the members of the first cycle met."""
    done: dict[str, bool] = {}
    """False while a name's needs are being placed, True once it is placed itself."""
    order: list[str] = []
    for root in depends:
        if root in done:
            continue
        # An explicit stack, because a chain of addons may be longer than Python's recursion goes.
        done[root] = False
        stack = [(root, iter(depends[root]))]
        while stack:
            name, needs = stack[-1]
            for need in needs:
                if need not in depends or done.get(need):
                    continue
                if need in done:
                    path = [open_name for open_name, _ in stack]
                    return order, path[path.index(need) :]
                done[need] = False
                stack.append((need, iter(depends[need])))
                break
            else:
                stack.pop()
                done[name] = True
                order.append(name)
    return order, []


def closure(depends: Depends, names: Iterable[str]) -> list[str]:
    """Return ``names`` and everything they need, each after what it needs; unknown names are left out."""
    wanted: set[str] = set()
    waiting = [name for name in names if name in depends]
    while waiting:
        name = waiting.pop()
        if name not in wanted:
            wanted.add(name)
            waiting.extend(need for need in depends[name] if need in depends)
    return sort({name: needs for name, needs in depends.items() if name in wanted})


def dependents_of(depends: Depends, names: Iterable[str], among: Collection[str] | None = None) -> list[str]:
    """Return everything that needs one of ``names``, directly or not, without ``names`` themselves.

    Args:
        depends: The graph.
        names: The addons asked about.
        among: Only these are looked at, such as the enabled ones; None means all.

    Returns:
        The names so that each comes before what it needs: the order in which to disable them.
    """
    looked_at = {name: needs for name, needs in depends.items() if among is None or name in among}
    given = set(names)
    reached = set(given)
    order = sort(looked_at)
    for name in order:
        if reached.intersection(looked_at[name]):
            reached.add(name)
    return [name for name in reversed(order) if name in reached and name not in given]


def bridges(depends: Depends, candidates: Collection[str], enabled: Collection[str]) -> list[str]:
    """Return the bridges that become enabled by themselves, in the order to enable them.

    Args:
        depends: The graph.
        candidates: Names of all usable bridges.
        enabled: Names enabled already, or about to be.
    """
    present = set(enabled)
    found: list[str] = []
    for name in sort({name: needs for name, needs in depends.items() if name in candidates}):
        if name not in present and present.issuperset(depends[name]):
            present.add(name)
            found.append(name)
    return found


def faults(depends: Depends, broken: Collection[str]) -> dict[str, CoreError]:
    """Find what keeps addons from being used, beyond what is known to be broken.

    Args:
        depends: The graph of all addons found.
        broken: Names of those that can't be used for reasons of their own.

    Returns:
        An error for each addon that needs a missing one, is part of a cycle, or needs a broken one, also one broken
        here.
    """
    found: dict[str, CoreError] = {}
    for name, needs in depends.items():
        missing = [need for need in needs if need not in depends]
        if missing and name not in broken:
            found[name] = _missing_error(name, missing, depends)
    for members in cycles({name: needs for name, needs in depends.items() if name not in broken}):
        for name in members:
            found.setdefault(name, _cycle_error(members, name))
    spoilt = set(broken) | set(found)
    rest = {name: needs for name, needs in depends.items() if name not in spoilt}
    for name in sort(rest):
        if culprits := [need for need in depends[name] if need in spoilt]:
            found[name] = needs_broken(name, culprits[0])
            spoilt.add(name)
    return found


def cycles(depends: Depends) -> list[list[str]]:
    """Return all cycles that share no member, each as its members in the order of need; empty if there are none."""
    rest = dict(depends)
    found: list[list[str]] = []
    while members := _walk(rest)[1]:
        found.append(members)
        rest = {name: needs for name, needs in rest.items() if name not in members}
    return found


def needs_broken(name: str, culprit: str) -> CoreError:
    """Build the error of an addon that needs a broken one."""
    return DependencyError(
        Message('It needs the addon "%(name)s", which is broken.', {"name": culprit}), where=Where(addon=name)
    )


def _missing_error(name: str, missing: Sequence[str], known: Iterable[str]) -> CoreError:
    close = nearest(missing[0], (other for other in known if other != name))
    hint = Message('did you mean "%(name)s"?', {"name": close}) if close else None
    names = ", ".join(f'"{need}"' for need in missing)
    return DependencyError(
        Message("It needs an addon that is not there: %(names)s.", {"names": names}), hint=hint, where=Where(addon=name)
    )


def _cycle_error(members: Sequence[str], name: str | None = None) -> CoreError:
    path = " → ".join([*members, members[0]])
    return DependencyError(
        Message("Addons need each other in a cycle: %(members)s.", {"members": path}), where=Where(addon=name)
    )
