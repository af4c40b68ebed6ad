"""Posting to accounts: the only place that moves balances (FIN-04, FIN-06, FIN-28)."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from addons.crm_finance.services.posting_rights import need_posting
from core.api import ConflictError, Environment, ValidationError, _, notify, record_url, system_of

ACCOUNT = "crm.account"
ENTRY = "crm.account.entry"


def lock_accounts(env: Environment, ids: Iterable[int]) -> dict[int, Any]:
    """Return the accounts, read anew and locked until the transaction ends; id → record of the system.

    Always in the order of their ids, so that two transfers in opposite directions do not wait for each other for ever.
    """
    system = system_of(env)
    system.flush()
    info = env.registry[ACCOUNT]
    statement = system[ACCOUNT].query().where(info.table.c.id.in_(sorted(set(ids)))).order_by(info.table.c.id)
    fresh = statement.with_for_update().execution_options(populate_existing=True)
    return {account.id: account for account in system.session.execute(fresh).scalars()}


def post_entry(
    env: Environment,
    *,
    account: Any,
    amount: Decimal | int | str,
    date: dt.date | None,
    kind: str,
    source: Any = None,
    category: Any = None,
    note: str | None = None,
    confirmed: bool = True,
    method: Any = None,
    customer: Any = None,
    owner: Any = None,
    reverses: Any = None,
) -> Any:
    """Write an entry of an account, and book it at once unless told otherwise.

    Args:
        env: Who posts; must be a cashier of the account or a finance manager, unless the entry is to wait or the system posts.
        account: The account, as record or id.
        amount: In the currency of the account; positive comes in, negative goes out.
        date: Day of the entry; None is today.
        kind: A key of ``crm.account.entry.kind``.
        source: The document it comes from, as record; None for a direct entry.
        category: Item of the dictionary ``cash_category``, as record or key, or None.
        note: What it is for, or None.
        confirmed: False: it waits until a cashier books or rejects it.
        method: How it was paid, item of ``payment_method``; None takes that of the source, if it has one.
        customer: Whom it is about; None takes that of the source, if it has one.
        owner: Who is responsible; None takes that of the source, else who posts.
        reverses: The entry that it takes back: it stands on the same side as that one then, with a negative sum.

    Returns:
        The entry, saved; the balance of its account has moved if it is booked.

    Raises:
        AccessDenied: The user may not post to the account.
        ConflictError: The account is retired.
        ValidationError: The amount is 0, or there is no rate for the day.
    """
    system = system_of(env)
    number = account if isinstance(account, int) else account.id
    kept = system.browse(ACCOUNT, number)
    if kept is None or not kept.active:
        raise ConflictError(_("This account is not in use any more."), code="conflict.account")
    if confirmed:
        need_posting(env, kept)
    sum_ = Decimal(amount)
    is_income = (sum_ > 0) != (reverses is not None)
    values = {
        "account": number,
        "date": date or env.today(),
        "kind": kind,
        "money_in" if is_income else "money_out": sum_ if is_income else -sum_,
        "source": source,
        "category": category,
        "note": note,
        "method": method or _of(source, "method"),
        "customer": customer or _of(source, "customer"),
        "owner": owner or _of(source, "owner") or (None if env.is_elevated else env.user),
        "reverses": reverses,
        "state": "confirmed" if confirmed else "waiting",
        "booked_by": env.uid if confirmed else None,
    }
    if confirmed:
        _move(env, number, sum_)
    return env.browse(ENTRY, system[ENTRY].create(values).id)


def reverse_entry(entry: Any, date: dt.date | None = None) -> Any:
    """Take an entry back: book its opposite on the same side and return that; a waiting one is rejected, and None returned.

    Args:
        entry: The entry; may be audited.
        date: Day of the opposite; None is today.

    Raises:
        AccessDenied: The user may not post to the account.
        ConflictError: It is reversed or rejected already.
    """
    env: Environment = entry.env
    need_posting(env, entry.account)
    lock_accounts(env, [entry.account_id])
    own = system_of(env).browse(ENTRY, entry.id)
    if own.state == "waiting":
        own.update(state="rejected")
        system_of(env).flush()
        return None
    if own.state != "confirmed":
        raise ConflictError(_("%(number)s is not booked, or reversed already.", number=own.number))
    opposite = post_entry(
        env,
        account=own.account,
        amount=-own.amount,
        date=date,
        kind=own.kind,
        source=own.source,
        category=own.category_id,
        note=str(_("Reversal of %(number)s", number=own.number)),
        method=own.method,
        customer=own.customer,
        owner=own.owner,
        reverses=own,
    )
    own.update(state="reversed")
    system_of(env).flush()
    return opposite


def reverse_by_hand(entry: Any) -> Any:
    """Reverse a direct entry; see `reverse_entry`.

    Raises:
        ConflictError: It comes from a document, which has to be reversed instead.
    """
    if entry.source is not None:
        raise ConflictError(
            _("%(number)s comes from %(source)s.", number=entry.number, source=entry.source.display_name),
            hint=_("reverse that document"),
        )
    return reverse_entry(entry)


def confirm_entry(entry: Any) -> None:
    """Move the balance by an entry that is being booked.

    Raises:
        AccessDenied: The user is no cashier of the account.
        ValidationError: Who entered it left the account open, and nobody chose one since.
    """
    env: Environment = entry.env
    if entry.account is None:
        raise ValidationError(_("Choose the account that it is booked to."), field="account")
    need_posting(env, entry.account)
    with env.system_changes():
        entry.booked_by = env.user
        env.flush()
    _move(env, entry.account_id, entry.amount)


def reject_entry(entry: Any) -> None:
    """Check that a reason is given and tell who entered it.

    Raises:
        AccessDenied: The user may not post to the account.
        ValidationError: There is no reason.
    """
    env: Environment = entry.env
    if entry.account is not None:
        need_posting(env, entry.account)
    if not (entry.rejection or "").strip():
        raise ValidationError(_("Say why it is rejected."), field="rejection")
    if entry.owner is not None and entry.owner.id != env.uid:
        notify(
            env,
            [entry.owner],
            _("Rejected: %(number)s", number=entry.number),
            text=entry.rejection,
            url=record_url(ENTRY, entry.id),
        )


def check_amounts(entry: Any) -> None:
    """Raise ValidationError unless exactly one side has an amount, above 0 except for reversals."""
    sides = [each for each in (entry.money_in, entry.money_out) if each]
    if len(sides) != 1:
        raise ValidationError(_("Enter either an income or a spending."), field="money_in")
    if (sides[0] < 0) != (entry.reverses_id is not None):
        raise ValidationError(_("The amount must be above 0."), field="money_in" if entry.money_in else "money_out")


def _move(env: Environment, account: int, amount: Decimal) -> None:
    locked = lock_accounts(env, [account])[account]
    locked.balance += amount
    system_of(env).flush()


def _of(source: Any, name: str) -> Any:
    if source is None or name not in source._info.fields:
        return None
    return getattr(source, name)
