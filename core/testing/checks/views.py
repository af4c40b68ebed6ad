"""Checks of views, patches, menus and panels; layer ``core.testing``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from core.errors import CoreError
from core.testing.checks.subject import Subject, constants, strings
from core.views.menus import Menu


def views_are_valid(subject: Subject) -> Iterator[str]:
    """Views, menus and panels keep their schema, and everything they name is there."""
    for fault in subject.views.faults:
        if fault.where.addon == subject.name and not _is_of_patch(fault):
            yield subject.told(fault)


def patches_find_their_targets(subject: Subject) -> Iterator[str]:
    """Every patch applies to a view and a node that exist."""
    for fault in subject.views.faults:
        if fault.where.addon == subject.name and _is_of_patch(fault):
            yield f"{subject.told(fault)}; patch a node that the view has (tangram explain view shows them)"


def _is_of_patch(fault: CoreError) -> bool:
    inside_patch = "patch" in (fault.where.key or "").split(".")
    return fault.code == "view.patch_target" or (fault.code == "view.unknown_view" and inside_patch)


def views_are_reachable(subject: Subject) -> Iterator[str]:
    """A declared view is the one its model shows, or some view, menu, panel or action of the addon names it."""
    written = Counter(text for _path, data in subject.yaml_files("views") for text in strings(data))
    in_code = {text for _path, tree in subject.python_files(tests=False) for text in constants(tree)}
    for view in subject.declared.views:
        shown = (
            view.type in subject.views.types(view.model)
            and subject.views.for_model(view.model, view.type).id == view.id
        )
        named = written[view.id] > 1 or view.id in in_code
        if not shown and not named:
            yield (
                f"{subject.place(view.source.where)}: {view.id} is shown nowhere: another {view.type} of {view.model} comes first; "
                "give it a lower sequence, or name it in a menu, panel or button"
            )


def menus_can_be_used(subject: Subject) -> Iterator[str]:
    """Who sees a menu may also read the model it leads to."""
    for placed in subject.declared.menus:
        menu = subject.views.menu(placed.model.id)
        if menu is None or menu.model is None:
            continue
        yield from _menu(subject, menu)


def _menu(subject: Subject, menu: Menu) -> Iterator[str]:
    readers = subject.holders_of(str(menu.model), "read")
    here = subject.place(menu.source.where)
    if not menu.groups:
        grants = subject.guard.declarations.grants
        if not any(grant.model == menu.model and "read" in grant.operations for grant in grants):
            yield f"{here}: {menu.id} leads to {menu.model}, which no group may read; give a group the right in security/"
        return
    for group in sorted(menu.groups - readers):
        yield f"{here}: {menu.id} is shown to {group}, which may not read {menu.model}; give it the right, or take it out of groups"
