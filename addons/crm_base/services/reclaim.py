"""Customers that go back to the pool: who is due on a day, and why (BASE-32, D7). The daily job and its trial ask the same question.

Each reason is a condition on columns of the customer that an index answers, so that those who are not due are never read: neither the job nor
the trial takes longer for a million customers that are well looked after.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from addons.crm_base.services.ownership import CUSTOMER, RECLAIM_REASONS, change_owner
from core.api import Environment, _, get_parameter, notify

CHUNK = 500
"""Customers looked at together."""
_COLUMNS = {"not_contacted": "held_since", "interval": "held_contact", "no_deal": "held_since"}
"""Reason → the column with the day from which it counts."""
_FIELDS = ["name", "owner", "owner.name", "held_since", "held_contact", "protected_until"]


@dataclass(frozen=True)
class Policy:
    """Days after which a customer goes back; 0 switches a limit off."""

    not_contacted: int
    interval: int
    no_deal: int
    spares_protected: bool

    @classmethod
    def of(cls, env: Environment) -> "Policy":
        """Return the policy in force."""
        return cls(
            get_parameter(env, "crm_base.reclaim_not_contacted"),
            get_parameter(env, "crm_base.reclaim_interval"),
            get_parameter(env, "crm_base.reclaim_no_deal"),
            get_parameter(env, "crm_base.protect_from_reclaim"),
        )

    def domain(self, reason: str, day: datetime.date) -> Any | None:
        """Return which customers are due on a day for a reason, exemptions by contract aside; None: nobody ever is."""
        days = getattr(self, reason)
        if not days:
            return None
        conditions: list[Any] = [
            [_COLUMNS[reason], "<=", day - datetime.timedelta(days=days)],
            ["owner", "is_set", True],
            ["active", "=", True],
        ]
        if reason == "not_contacted":
            conditions.append(["held_contact", "is_not_set", True])
        if self.spares_protected:
            conditions.append({"any": [["protected_until", "is_not_set", True], ["protected_until", "<", day]]})
        return {"all": conditions}

    def reason(self, row: dict[str, Any], day: datetime.date) -> str:
        """Return the first reason that holds for a customer that is due on a day."""
        days = {
            "not_contacted": None if row["held_contact"] else row["held_since"],
            "interval": row["held_contact"],
            "no_deal": row["held_since"],
        }
        return next(reason for reason in RECLAIM_REASONS if self._is_over(reason, days[reason], day))

    def _is_over(self, reason: str, since: datetime.date | None, day: datetime.date) -> bool:
        limit = getattr(self, reason)
        return bool(limit) and since is not None and (day - since).days >= limit


@dataclass(frozen=True)
class Due:
    """A customer that goes back to the pool."""

    id: int
    name: str
    owner: int
    owner_name: str
    reason: str
    since: datetime.date
    """The day from which the limit is counted."""


@dataclass(frozen=True)
class Place:
    """How far somebody has come through the customers that are due: behind this one, which need not be there any more."""

    reason: str
    since: datetime.date
    id: int


def due(
    env: Environment, day: datetime.date, *, after: Place | None = None, before: datetime.date | None = None
) -> Iterator[tuple[list[Due], Place]]:
    """Yield the customers due on a day in chunks, as far as the environment may read them, each with the place it ends at.

    One reason after the other, in the order of the day from which it counts: an index gives them in this order, so that a table of a
    million customers of whom nobody is due takes no longer than a small one.

    Args:
        env: Of the system for the job, of a manager for the trial.
        day: The day, today or later: nobody is in touch with anybody until then.
        after: Goes on behind this place; None begins at the beginning.
        before: Without those due on this earlier day already; None leaves nobody out.
    """
    policy = Policy.of(env)
    start = 0 if after is None else RECLAIM_REASONS.index(after.reason)
    for reason in RECLAIM_REASONS[start:]:
        place = after if after is not None and after.reason == reason else None
        while rows := _read(env, policy, reason, day, place, before):
            place = Place(reason, rows[-1][_COLUMNS[reason]], rows[-1]["id"])
            mine = [row for row in rows if policy.reason(row, day) == reason]
            exempt = with_contract(env, [row["id"] for row in mine])
            yield [_due(row, reason) for row in mine if row["id"] not in exempt], place


def _read(
    env: Environment,
    policy: Policy,
    reason: str,
    day: datetime.date,
    after: Place | None,
    before: datetime.date | None,
) -> list[dict[str, Any]]:
    domain = policy.domain(reason, day)
    if domain is None:
        return []
    column = _COLUMNS[reason]
    conditions = [domain]
    if after is not None:
        same_day = {"all": [[column, "=", after.since], ["id", ">", after.id]]}
        conditions += [[column, ">=", after.since], {"any": [[column, ">", after.since], same_day]}]
    if before is not None:
        earlier = [part for each in RECLAIM_REASONS if (part := policy.domain(each, before)) is not None]
        conditions.append({"not": {"any": earlier}})
    return env[CUSTOMER].read({"all": conditions}, _FIELDS, order=f"{column}, id", limit=CHUNK)


def _due(row: dict[str, Any], reason: str) -> Due:
    return Due(row["id"], row["name"], row["owner"], row["owner.name"] or "", reason, row[_COLUMNS[reason]])


def with_contract(env: Environment, customers: Sequence[int]) -> set[int]:
    """Return which of the customers have an effective contract, as the addons say that know of contracts."""
    found: set[int] = set()
    if customers:
        for part in env.hook.customer_has_contract(env=env, customer_ids=customers):
            found |= set(part)
    return found


def reclaim(env: Environment, *, after: Place | None = None, limit: int | None = None) -> tuple[int, Place | None]:
    """Put the customers due today into the pool, with the reason; their owners are told by the core.

    Args:
        env: The environment of the system.
        after: Goes on behind this place; None begins at the beginning.
        limit: About how many at most, so that one transaction does not take long; None: all.

    Returns:
        How many went back, and the place behind which to go on; None: that was all.
    """
    count = 0
    for chunk, place in due(env, env.today(), after=after):
        if chunk:
            change_owner(env.load(CUSTOMER, [each.id for each in chunk]), None, chunk[0].reason)
        count += len(chunk)
        if limit is not None and count >= limit:
            return count, place
    return count, None


def warn(env: Environment) -> int:
    """Tell owners of customers that go back in the days set ahead, each customer once; return how many customers that are."""
    days = get_parameter(env, "crm_base.reclaim_warning")
    if not days:
        return 0
    day = env.today() + datetime.timedelta(days=days)
    by_owner: dict[int, list[str]] = {}
    for chunk, _place in due(env, day, before=day - datetime.timedelta(days=1)):
        for each in chunk:
            by_owner.setdefault(each.owner, []).append(each.name)
    for owner, names in by_owner.items():
        title = _("On %(day)s %(count)s of your customers go back to the pool", day=day, count=len(names))
        notify(env, [owner], title, text=", ".join(names[:20]), url="/x/crm_base/reclaim", kind="warning")
    return sum(len(names) for names in by_owner.values())
