"""Claiming customers of the pool, one by one or at random, within the limits of the policy (BASE-30, BASE-31, D8)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from addons.crm_base.services.ownership import CUSTOMER, HISTORY, POOL, change_owner
from addons.crm_base.services.protection import protectors
from core.api import (
    AccessDenied,
    ConflictError,
    Environment,
    RetryableError,
    ValidationError,
    _,
    get_parameter,
    has_right,
    system_of,
)

RIGHT = "crm_base.claim"
ACCOUNT = "crm.claim.account"
CLAIMS = ("claim", "random", "application")
"""Reasons that count as claims of the day (D8)."""
MOST = 200
"""Customers of one claim."""
_WINDOW = 500
"""Customers of the pool among which a random claim chooses."""


@dataclass(frozen=True)
class Limits:
    """What somebody may claim. A limit of None is none."""

    total: int | None
    daily: int | None
    held: int
    """Customers owned now."""
    claimed: int
    """Customers claimed today."""

    @property
    def left(self) -> int:
        """How many may still be claimed today, at most `MOST`."""
        rest = [MOST]
        if self.total is not None:
            rest.append(self.total - self.held)
        if self.daily is not None:
            rest.append(self.daily - self.claimed)
        return max(0, min(rest))


def limits_of(env: Environment, user: Any) -> Limits:
    """Return the limits of a user and how far they are used: four statements, whatever is held."""
    system = system_of(env)
    groups = [group.id for group in system.browse("core.user", user.id).groups]
    own = {"any": [["user", "=", user.id], ["group", "in", groups]]} if groups else [["user", "=", user.id]]
    rows = system["crm.claim.limit"].read(own, ["user", "total", "daily"])
    held = system[CUSTOMER].count([["owner", "=", user.id]])
    today = [["owner", "=", user.id], ["since", "=", env.today()], ["reason", "in", list(CLAIMS)]]
    return Limits(
        _limit(env, rows, "total", "crm_base.claim_total"),
        _limit(env, rows, "daily", "crm_base.claim_daily"),
        held,
        system[HISTORY].count(today),
    )


def _limit(env: Environment, rows: Sequence[dict[str, Any]], name: str, parameter: str) -> int | None:
    """Return one limit: the person's own, else the widest of the roles, else everybody's. 0 stands for none."""
    own = [row[name] for row in rows if row["user"] is not None and row[name] is not None]
    roles = [row[name] for row in rows if row["user"] is None and row[name] is not None]
    chosen = own[:1] or ([0] if 0 in roles else [max(roles)] if roles else [])
    limit = chosen[0] if chosen else get_parameter(env, parameter)
    return limit or None


def check_limits(env: Environment, user: Any, count: int = 1) -> Limits:
    """Refuse ``count`` further claims of a user over a limit; let other claims of the same user wait for this one.

    Raises:
        ValidationError: Names the limit, and what is used of it.
    """
    _take_turn(env, user)
    limits = limits_of(env, user)
    if limits.total is not None and limits.held + count > limits.total:
        raise ValidationError(
            _(
                "%(name)s holds %(held)s customers; at most %(limit)s are allowed.",
                name=user.name,
                held=limits.held,
                limit=limits.total,
            ),
            code="validation.claim_total",
        )
    if limits.daily is not None and limits.claimed + count > limits.daily:
        raise ValidationError(
            _(
                "%(name)s has claimed %(claimed)s customers today; at most %(limit)s a day are allowed.",
                name=user.name,
                claimed=limits.claimed,
                limit=limits.daily,
            ),
            code="validation.claim_daily",
        )
    return limits


def _take_turn(env: Environment, user: Any) -> None:
    """Move the account of a user, so that of two claims at once the later one is run again after the first."""
    system = system_of(env)
    found = system[ACCOUNT].search([["user", "=", user.id]], limit=1)
    account = found[0] if found else _open_account(system, user)
    account.claims = account.claims + 1
    system.flush()


def _open_account(system: Environment, user: Any) -> Any:
    try:
        with system.savepoint():
            return system[ACCOUNT].create({"user": user.id})
    except ValidationError:
        # Another session of the same user opened it at the same moment.
        return system[ACCOUNT].search([["user", "=", user.id]], limit=1)[0]


def claim(env: Environment, customers: Sequence[int], how: str = "claim") -> list[int]:
    """Let the user of ``env`` become the owner of customers of the pool: all of them or none. Return their ids.

    Args:
        env: The environment of somebody with the special right ``crm_base.claim``.
        customers: Ids of customers.
        how: ``claim`` or ``random``, for the history.

    Raises:
        AccessDenied: The user may not claim.
        ValidationError: A limit is reached.
        ConflictError: One of them does not lie in the pool any more, or somebody else protects it.
    """
    require_right(env)
    wanted = list(dict.fromkeys(customers))
    if not 0 < len(wanted) <= MOST:
        raise ValidationError(_("Choose 1 to %(count)s customers.", count=MOST))
    check_limits(env, env.user, len(wanted))
    take(env, wanted, env.user, how)
    return wanted


def claim_random(env: Environment, count: int) -> list[int]:
    """Let the user of ``env`` become the owner of up to ``count`` customers chosen at random; return their ids.

    As many as the limits leave, and as the pool holds: among those who ask at once none gets the same customer, for whoever comes later
    is run again and chooses from what is left.

    Raises:
        AccessDenied: The user may not claim.
        ValidationError: No number, or not even one more claim is allowed.
    """
    require_right(env)
    if count < 1:
        raise ValidationError(_("Ask for at least one customer."), field="count")
    limits = check_limits(env, env.user)
    chosen = _chosen_at_random(env, min(count, limits.left))
    try:
        take(env, chosen, env.user, "random")
    except ConflictError as lost:
        raise RetryableError(lost.message) from lost
    return chosen


def take(env: Environment, customers: Sequence[int], user: Any, reason: str, note: str | None = None) -> None:
    """Give customers that lie in the pool to a user; the caller has checked the limits.

    Raises:
        ConflictError: One of them does not lie in the pool any more, or somebody else protects it.
    """
    if not customers:
        return
    free = {row["customer"] for row in env[POOL].read([["customer", "in", list(customers)]], ["customer"])}
    gone = [number for number in customers if number not in free]
    if gone:
        raise _taken(env, gone[0])
    guarded = protectors(env, list(customers))
    if guarded and (user.id == env.uid or reason == "application"):
        raise ConflictError(
            _("%(name)s protects this customer.", name=next(iter(guarded.values()))), code="conflict.protected"
        )
    with env.elevated(reason=f"{reason}: customers of the pool for {user.name}"):
        records = env.load(CUSTOMER, customers)
        # Between the look at the pool and this one somebody else may have been done; from here on the version of the record tells.
        claimed = next((record.id for record in records if record.owner_id is not None), None)
        if claimed is None:
            change_owner(records, user, reason, note)
    if claimed is not None:
        raise _taken(env, claimed)


def _taken(env: Environment, number: int) -> ConflictError:
    """Tell who was faster, and nothing of a customer that the user may not see any more."""
    rows = system_of(env)[CUSTOMER].read([["id", "=", number]], ["owner.name"])
    if rows and rows[0]["owner.name"]:
        text = _("%(owner)s was faster: the customer is no longer in the pool.", owner=rows[0]["owner.name"])
        return ConflictError(text, code="conflict.claimed")
    return ConflictError(_("The customer does not lie in the pool."), code="conflict.claimed")


def require_right(env: Environment) -> None:
    """Refuse who may not claim.

    Raises:
        AccessDenied: The special right is missing.
    """
    if not has_right(env, RIGHT):
        raise AccessDenied(_("You may not claim customers."))


def _chosen_at_random(env: Environment, count: int) -> list[int]:
    """Return up to ``count`` customers of the pool: from a window that begins anywhere, so that a pool of a million is not sorted."""
    names, random = ["customer"], secrets.SystemRandom()
    first = env[POOL].read([], ["id"], order="id", limit=1)
    last = env[POOL].read([], ["id"], order="id desc", limit=1)
    # Others claim and give back between the two questions.
    if not first or not last or count < 1:
        return []
    start = random.randint(*sorted([first[0]["id"], last[0]["id"]]))
    rows = env[POOL].read([["id", ">=", start]], names, order="id", limit=_WINDOW)
    if len(rows) < _WINDOW:
        rows += env[POOL].read([["id", "<", start]], names, order="id", limit=_WINDOW - len(rows))
    ids = [row["customer"] for row in rows]
    guarded = protectors(env, ids)
    free = [number for number in ids if number not in guarded]
    return random.sample(free, min(count, len(free)))
