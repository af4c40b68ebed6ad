"""The values behind an explanation: who owns the record, which positions, which shares. Layer: access.

Read only to explain, in up to five small statements; conditions never use them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from core.access.fragments import Fragment
from core.access.ownership import reaching_shares
from core.access.rules import shown
from core.access.scope import Scope
from core.errors import Message
from core.i18n import _

__all__ = ["Facts", "read_facts"]

_MODES = {
    "private": _("private"),
    "public_read": _("public read"),
    "public_write": _("public read and write"),
}


@dataclass(frozen=True)
class Facts:
    """What the built-in fragments compared, in words; ids of fragments → sentence."""

    details: Mapping[str, Message] = field(default_factory=dict)

    def detail(self, fragment: str) -> Message | None:
        """Return what a fragment was compared with, or None."""
        return self.details.get(fragment)

    def filled(self, fragment: Fragment, scope: Scope) -> Any:
        """Return the domain of a rule with the user's values in it; None for the built-in fragments."""
        if fragment.domain is None:
            return None
        return shown(fragment.domain, scope.names)


def read_facts(scope: Scope, number: int, row: Mapping[str, Any]) -> Facts:
    """Read the facts about one record, as they concern one user.

    Args:
        scope: Who, what and how.
        number: Id of the record.
        row: Its columns ``owner_id`` and ``company_id`` where it has them; empty if there is no such record.
    """
    details: dict[str, Message] = {}
    if not row:
        return Facts()
    if scope.model.owner_field:
        details.update(_ownership(scope, row.get("owner_id")))
    if scope.model.company_field:
        details["base.company_scope"] = _company(scope, row.get("company_id"))
    if scope.model.name in scope.principal.place.shared_models:
        details.update(_share(scope, number))
    else:
        details["base.record_share"] = _("Nothing of this kind is shared with the user.")
    return Facts(details)


def _ownership(scope: Scope, owner: int | None) -> dict[str, Message]:
    mode = scope.policy.mode(scope.model.name)
    details = {"base.sharing_mode": _("The sharing mode is %(mode)s.", mode=_MODES[mode.mode])}
    if owner is None:
        details["base.owner"] = _("Nobody owns it.")
        return details
    user, position = scope.env.registry["core.user"].table, scope.env.registry["core.position"].table
    statement = (
        sa.select(user.c.id, user.c.name, position.c.name.label("position"))
        .select_from(user.outerjoin(position, user.c.position_id == position.c.id))
        .where(user.c.id.in_({owner, scope.principal.id}))
    )
    found = {person.id: person for person in scope.env.connection.execute(statement)}
    own, other = found.get(scope.principal.id), found.get(owner)
    details["base.owner"] = _("The owner is %(name)s.", name=other.name if other else owner)
    nothing = _("no position")
    if not mode.hierarchy:
        details["base.position_above"] = details["base.team_led"] = _("The hierarchy is switched off for this model.")
    else:
        details["base.position_above"] = _(
            "%(user)s: %(own)s; %(owner)s: %(other)s.",
            user=scope.principal.name,
            own=(own.position if own else None) or nothing,
            owner=other.name if other else owner,
            other=(other.position if other else None) or nothing,
        )
        names = _names(scope, "core.team", scope.principal.place.led)
        details["base.team_led"] = (
            _("The user leads %(teams)s.", teams=", ".join(names)) if names else _("The user leads no team.")
        )
    numbers = [str(grant.id) for grant in scope.principal.place.grants]
    details["base.data_grant"] = (
        _("Data authorisations looked at: %(ids)s.", ids=", ".join(numbers))
        if numbers
        else _("There is no data authorisation.")
    )
    return details


def _company(scope: Scope, company: int | None) -> Message:
    names = _names(scope, "core.company", [company] if company else [])
    return _("It belongs to %(company)s.", company=names[0]) if names else _("It belongs to no company.")


def _share(scope: Scope, number: int) -> dict[str, Message]:
    """Say which share opens the record; of several the one that reaches furthest."""
    share, user = scope.env.registry["core.share"].table, scope.env.registry["core.user"].table
    statement = (
        sa.select(share.c.id, share.c.access, share.c.until, share.c.created_at, user.c.name)
        .select_from(share.outerjoin(user, share.c.created_by_id == user.c.id))
        .where(share.c.record_id == number, *reaching_shares(scope, share))
        .order_by(share.c.access.desc(), share.c.id)
    )
    found = scope.env.connection.execute(statement).first()
    if found is None:
        return {"base.record_share": _("This record is not shared with the user.")}
    access = _("read and write") if found.access == "write" else _("read")
    values = {"id": found.id, "name": found.name or "?", "access": access, "at": found.created_at, "until": found.until}
    if found.until is None:
        return {"base.record_share": _("Share %(id)s by %(name)s: %(access)s, without end.", values)}
    return {"base.record_share": _("Share %(id)s by %(name)s: %(access)s, until %(until)s.", values)}


def _names(scope: Scope, model: str, ids: Iterable[int]) -> list[str]:
    wanted = list(ids)
    if not wanted:
        return []
    table = scope.env.registry[model].table
    statement = sa.select(table.c.name).where(table.c.id.in_(wanted)).order_by(table.c.id)
    return [str(name) for name in scope.env.connection.execute(statement).scalars()]
