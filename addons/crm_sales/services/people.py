"""Who stands below whom: the lines of a table that a superior reads (SALE-20, CORE-19)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from core.api import SYSTEM_UID, Environment, MissingRecord, _, has_right

COMPANY_RIGHT = "crm_sales.company_figures"


@dataclass(frozen=True)
class Branch:
    """One line of a table of people: somebody alone, or somebody with all below."""

    label: str
    members: frozenset[int]
    """Ids of all users whose figures are added up in it."""
    user: int | None = None
    """Who heads it; None: a position that several hold, whose people below stand together."""
    is_own: bool = False
    """Whether it is the reader's own line, without anybody below."""


@dataclass(frozen=True)
class Circle:
    """Somebody, with the lines of those directly below."""

    head: int | None
    """Id of the user; None: the whole company."""
    label: str
    branches: tuple[Branch, ...]

    @property
    def members(self) -> frozenset[int]:
        """Everybody in it."""
        return frozenset().union(*(branch.members for branch in self.branches))


class Organisation:
    """Users and positions, read with two statements."""

    def __init__(self, env: Environment) -> None:
        self.env = env
        rows = env["core.position"].read(None, ["id", "name", "parent"], "sequence, name, id")
        self._names = {row["id"]: row["name"] for row in rows}
        self._children: dict[int | None, list[int]] = {}
        for row in rows:
            parent = row["parent"] if row["parent"] in self._names else None
            self._children.setdefault(parent, []).append(row["id"])
        self._users: dict[int, dict[str, Any]] = {}
        self._holders: dict[int, list[int]] = {}
        people = [["id", "!=", SYSTEM_UID]]
        for row in env["core.user"].read(people, ["id", "name", "position", "active"], "name, id"):
            self._users[row["id"]] = row
            if row["position"] is not None:
                self._holders.setdefault(row["position"], []).append(row["id"])

    def name(self, user: int) -> str:
        """Return what a user is called."""
        return str(self._users[user]["name"]) if user in self._users else str(user)

    def below(self, user: int) -> frozenset[int]:
        """Return the ids of everybody in a position below that of ``user``, at any depth."""
        position = self._users[user]["position"] if user in self._users else None
        return frozenset(self._under(position)) if position is not None else frozenset()

    def superiors(self, user: int) -> list[int]:
        """Return the active users in the nearest occupied position above ``user``; empty at the top."""
        parents = {child: parent for parent, children in self._children.items() for child in children}
        position = self._users[user]["position"] if user in self._users else None
        above = parents.get(position) if position is not None else None
        while above is not None:
            found = [each for each in self._holders.get(above, ()) if self._users[each]["active"]]
            if found:
                return found
            above = parents.get(above)
        return []

    def circle(self, head: int | None) -> Circle:
        """Return the lines of ``head``: their own, then one for each person or branch directly below.

        Args:
            head: Id of a user; None: the whole company, with a line for each person or branch at the top.
        """
        if head is None:
            found = [branch for top in self._children.get(None, ()) for branch in self._branches(top)]
            alone = [user for user, row in self._users.items() if row["position"] is None]
            found += [Branch(self.name(user), frozenset([user]), user) for user in alone]
            return Circle(None, "", tuple(found))
        own = Branch(self.name(head), frozenset([head]), head, is_own=True)
        position = self._users[head]["position"] if head in self._users else None
        directly = self._children.get(position, ()) if position is not None else ()
        below = [branch for child in directly for branch in self._branches(child)]
        return Circle(head, self.name(head), (own, *below))

    def _under(self, position: int) -> Iterator[int]:
        for child in self._children.get(position, ()):
            yield from self._holders.get(child, ())
            yield from self._under(child)

    def _branches(self, position: int) -> Iterator[Branch]:
        """Yield the lines of a position: of its holder with all below, or of several holders one each and one for those below."""
        holders = self._holders.get(position, [])
        below = frozenset(self._under(position))
        if not holders:
            # Nobody holds it: those below step up.
            for child in self._children.get(position, ()):
                yield from self._branches(child)
        elif len(holders) == 1:
            yield Branch(self.name(holders[0]), below | {holders[0]}, holders[0])
        else:
            for user in holders:
                yield Branch(self.name(user), frozenset([user]), user)
            if below:
                yield Branch(self._names[position], below)


def circle_for(env: Environment, of: int | None = None, *, whole_company: bool = False) -> Circle:
    """Return the lines that the user of ``env`` may read.

    Args:
        env: The environment of the reader.
        of: Id of somebody below, whose lines are wanted; None: the reader's own, or the company's for who may see all figures and has
            nobody above or below.
        whole_company: The lines of the company.

    Raises:
        MissingRecord: The person does not stand below the reader, or the company's figures are not for the reader.
    """
    organisation = Organisation(env)
    sees_all = has_right(env, COMPANY_RIGHT)
    if whole_company and sees_all:
        return organisation.circle(None)
    if whole_company:
        raise MissingRecord(_("There is no such page."))
    if of is not None and of != env.uid:
        if not sees_all and of not in organisation.below(env.uid):
            raise MissingRecord(_("There is no such employee below you."))
        return organisation.circle(of)
    if of is None and sees_all and env.user.position is None:
        return organisation.circle(None)
    return organisation.circle(env.uid)
