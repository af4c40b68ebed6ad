"""How a repaired product goes back: to a colleague who passes it on, at last to the customer (SERV-16)."""

from typing import Any

from core.api import ConflictError, ValidationError, _, notify, record_url, system_of


def hand_to_colleague(repair: Any, colleague: int | None) -> None:
    """Do what the action `pass_on` of a repair means; see there."""
    env = repair.env
    if repair.state != "repaired":
        raise ConflictError(_("%(number)s is not repaired yet.", number=repair.number))
    taker = env["core.user"].get(colleague) if colleague is not None else repair.colleague
    if taker is None:
        raise ValidationError(_("Who takes it to the customer?"), field="colleague")
    _note(repair, "colleague", colleague=taker)
    repair.update(holder=taker, colleague=None, receiver=None, signature=None, handed_on=None)
    notify(
        env,
        [taker],
        _("%(number)s: hand it back to %(customer)s", number=repair.number, customer=repair.customer.name),
        url=record_url("crm.repair", repair.id),
        kind="task",
    )


def hand_to_customer(repair: Any, receiver: str | None) -> None:
    """Do what the transition `hand_back` of a repair means; see there."""
    name = (receiver if receiver is not None else repair.receiver or "").strip()
    if not name:
        raise ValidationError(_("Who of the customer took it? Enter the name first."), field="receiver")
    day = repair.handed_on or repair.env.today()
    if day > repair.env.today() or (repair.finished_on and day < repair.finished_on):
        raise ValidationError(_("It went back between the end of the repair and today."), field="handed_on")
    repair.update(receiver=name, handed_on=day, holder=None)
    _note(repair, "customer", receiver=name)


def _note(repair: Any, kind: str, **more: Any) -> None:
    env = repair.env
    values = {
        "repair": repair.id,
        "kind": kind,
        "date": repair.handed_on or env.today(),
        "giver": env.uid,
        "signature": repair.signature.id if repair.signature else None,
        **{name: getattr(value, "id", value) for name, value in more.items()},
    }
    system_of(env)["crm.repair.handing"].create(values)
