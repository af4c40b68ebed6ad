"""Checks of rights and rules; layer ``core.testing``."""

from __future__ import annotations

from collections.abc import Iterator

from core.access.declarations import NOBODY, GroupDecl, SpecialDecl
from core.errors import AccessDenied
from core.orm.environment import SYSTEM_UID, Environment
from core.testing.checks.subject import Subject


def models_have_access(subject: Subject) -> Iterator[str]:
    """Every model is opened to somebody; what nobody is given, nobody has."""
    granted = {grant.model for grant in subject.guard.declarations.grants}
    for info in subject.own_models():
        if info.name not in granted:
            yield f"{info.name}: no group has a right on it; give some in security/, such as access: {{{info.name}: {{base.user: r}}}}"


def groups_are_there(subject: Subject) -> Iterator[str]:
    """Rights, rules and limits name groups of the addon itself and of addons it needs."""
    for fault in subject.guard.declarations.unmet:
        if fault.where.addon == subject.name:
            yield subject.told(fault)


def groups_are_labelled(subject: Subject) -> Iterator[str]:
    """Every group and special right has a label, which the page of roles shows."""
    declarations = subject.guard.declarations
    things: list[GroupDecl | SpecialDecl] = [*declarations.groups.values(), *declarations.special.values()]
    for thing in things:
        if thing.addon == subject.name and not thing.label.strip():
            yield f"{subject.place(thing.where)}: give {thing.id} a label"


def rules_compile(subject: Subject, env: Environment) -> Iterator[str]:
    """Every rule becomes SQL that the database understands, for each operation and a member of each of its groups."""
    rules = [rule for rule in subject.guard.declarations.rules if rule.where.addon == subject.name]
    system = env.as_user(SYSTEM_UID)
    for rule in rules:
        for group in sorted(rule.groups) or ["base.user"]:
            if group == NOBODY:
                continue
            login = f"contract-{group}"
            found = system["core.user"].search([["login", "=", login]])
            values = {"name": login, "login": login, "groups": [env.ref(group).id]}
            user = found[0] if found else system["core.user"].create(values)
            system.flush()
            member = env.as_user(user.id)
            for operation in ("read", "create", "update", "delete"):
                try:
                    member[rule.model].search(limit=1, operation=operation)
                except AccessDenied:
                    continue
                except Exception as error:  # noqa: BLE001 - whatever the condition raises is what is to be told
                    yield f"{subject.place(rule.where)}: {rule.id} fails for {group}: {type(error).__name__}: {error}"
