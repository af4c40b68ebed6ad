"""`Fragment`: one reason why a row is or is not reached; all of them together are the condition of a query. Layer: access.

A row of a model is reached by an operation if the user holds the function right AND every *global* fragment holds AND at least one
*granting* fragment holds (design 1.9). The same fragments make the condition of queries (`core.access.guard`), explain one record
(`core.access.explain`) and tell who reaches it (`core.access.who`).

==============================  ======  ======================================================================  =======================
fragment                        kind    holds for                                                               operations
==============================  ======  ======================================================================  =======================
rule without groups             global  rows of its domain                                                      those it names
``base.company_scope``          global  no company, or the user's and those below it (CORE-12)                  all
rule of one's groups            grant   rows of its domain                                                      those it names
``base.administrator``          grant   every row                                                               all
``base.all_rows``               grant   every row, if nothing else says which: no owner, nothing to follow,     all
                                        no rule of the user's groups for this operation
``base.owner``                  grant   one's own rows                                                          all
``base.position_above``         grant   rows owned in positions below, unless the hierarchy is off (CORE-19)    all
``base.team_led``               grant   rows owned by members of teams one leads, or by the team (CORE-16)      all
``base.data_grant``             grant   rows owned by authorised employees or departments (CORE-22)             read; write: + update
``base.sharing_mode``           grant   every row of a public model (CORE-20)                                   read; write: + update
``base.record_share``           grant   rows shared with user, team or department until a day (CORE-28)         read; write: + update
``base.follow``                 grant   rows whose parent record is reached (D13)                               read; else as update
==============================  ======  ======================================================================  =======================

Those from ``base.owner`` to ``base.sharing_mode`` need a model with an owner. "Read" includes export and print; what the user may do
at all is still decided by the function right.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.access import ownership
from core.access.declarations import Rule, source_of
from core.access.scope import Condition, Scope
from core.errors import Message
from core.i18n import _
from core.orm.aliases import nested_alias

__all__ = ["Fragment", "fragments", "grants_of", "joined_all", "joined_any"]

ALL_COMPANIES = "base.all_companies"
"""The special right to work in every branch (CORE-12)."""


@dataclass(frozen=True)
class Fragment:
    """One part of the condition, with its source."""

    id: str
    source: str
    """File and line of a rule, or what in the database it comes from."""
    label: Message
    """What it says, for the page that explains rights."""
    build: Callable[[Scope], Condition]
    """Gives the condition for one scope; True or False where no column is needed."""
    is_global: bool = False
    domain: Any = None
    """The domain of a rule as written; None for the built-in fragments."""


def fragments(scope: Scope) -> tuple[list[Fragment], list[Fragment]]:
    """Return the global and the granting fragments that a user meets on a model, in the order in which they are told.

    Granting fragments that can't hold for this user (no position below, no share) are among them: their condition is False.
    """
    return _globals(scope), _grants(scope)


def grants_of(scope: Scope) -> Condition:
    """Return the condition that some granting fragment holds and all global ones do, the function right aside."""
    held, granted = fragments(scope)
    return joined_all([fragment.build(scope) for fragment in held] + [joined_any([f.build(scope) for f in granted])])


def joined_any(parts: list[Condition]) -> Condition:
    """Join conditions by OR; True wins, False drops out, none gives False."""
    if any(part is True for part in parts):
        return True
    rest: list[Any] = [part for part in parts if part is not False]
    return sa.or_(*rest) if rest else False


def joined_all(parts: list[Condition]) -> Condition:
    """Join conditions by AND; False wins, True drops out, none gives True."""
    if any(part is False for part in parts):
        return False
    rest: list[Any] = [part for part in parts if part is not True]
    return sa.and_(*rest) if rest else True


def _globals(scope: Scope) -> list[Fragment]:
    found = [
        _of_rule(rule, is_global=True)
        for rule in scope.policy.rules(scope.model.name, scope.operation)
        if not rule.groups
    ]
    # The organisation itself (users, departments, dictionaries) is common to all branches.
    if scope.model.company_field and scope.model.addon != "base":
        label = _("The record belongs to the user's company or one below it.")
        found.append(Fragment("base.company_scope", "core.company", label, _company, is_global=True))
    return found


def _company(scope: Scope) -> Condition:
    if scope.policy.special_right(scope.principal, ALL_COMPANIES).allowed:
        return True
    column = scope.column(str(scope.model.company_field))
    companies = scope.principal.place.companies
    return sa.or_(column.is_(None), column.in_(companies)) if companies else column.is_(None)


def _grants(scope: Scope) -> list[Fragment]:
    principal, model = scope.principal, scope.model
    rules = [
        rule
        for rule in scope.policy.rules(model.name, scope.operation)
        if rule.groups and principal.in_any(rule.groups)
    ]
    follow = scope.policy.declarations.follows.get(model.name)
    found: list[Fragment] = []
    if principal.is_administrator:
        found.append(Fragment("base.administrator", "base", _("The user is an administrator."), lambda _scope: True))
    if not rules and not model.owner_field and follow is None:
        label = _("No rule limits the rows of this model for the user's roles.")
        found.append(Fragment("base.all_rows", "base", label, lambda _scope: True))
    if model.owner_field:
        found.append(Fragment("base.owner", "base", _("The user is the owner."), ownership.own))
    found.extend(_of_rule(rule) for rule in rules)
    if model.owner_field:
        found.append(
            Fragment(
                "base.position_above", "core.position", _("The user's position is above the owner's."), ownership.below
            )
        )
        found.append(
            Fragment("base.team_led", "core.team", _("The user leads a team of the owner."), ownership.team_led)
        )
        found.append(
            Fragment(
                "base.data_grant",
                "core.data_grant",
                _("The owner's records are opened to the user."),
                ownership.granted,
            )
        )
        found.append(
            Fragment(
                "base.sharing_mode", "core.sharing_mode", _("The records of this model are public."), ownership.public
            )
        )
    found.append(
        Fragment("base.record_share", "core.share", _("The record is shared with the user."), ownership.shared)
    )
    if follow is not None:
        label = _("The user reaches the record it belongs to.")
        found.append(Fragment("base.follow", source_of(follow.where), label, _follow))
    return found


def _of_rule(rule: Rule, *, is_global: bool = False) -> Fragment:
    label = _(rule.label) if rule.label else _("Rule %(id)s", id=rule.id)

    def build(scope: Scope) -> Condition:
        return _rule_condition(rule, scope)

    return Fragment(rule.id, source_of(rule.where), label, build, is_global, rule.domain)


def _rule_condition(rule: Rule, scope: Scope) -> Condition:
    node = rule.render(scope.names)
    if node is None:
        return False
    return scope.compiled(node)


def _follow(scope: Scope) -> Condition:
    """Rows whose parent is reached: to be read where the parent is read, to be written where it may be updated."""
    follow = scope.policy.declarations.follows[scope.model.name]
    if follow.model in scope.followed:
        return False
    field: Any = scope.model.fields[follow.field]
    parent = scope.env.registry[field.comodel]
    table = nested_alias(parent.table, scope.table, "followed")
    operation = "read" if scope.operation == "read" else "update"
    inner = scope.of(parent, operation, table)
    if not scope.policy.model_right(scope.principal, parent.name, operation).allowed:
        return False
    condition = grants_of(inner)
    column = scope.column(follow.field)
    if condition is True:
        return column.is_not(None)
    if condition is False:
        return False
    # Asked for one row as well as for all: with a million parents, a list of those reached may not fit into the memory of a statement.
    return sa.exists().where(table.c.id == column, condition).correlate_except(table)
