"""Carrying out care rules: what is due is found by date, and made once for each record and occasion (BASE-20)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.api import CoreError, Environment, ValidationError, _

CARE = "crm.care"
CUSTOMER = "crm.customer"
CONTACT = "crm.contact"
CHUNK = 500
CATCH_UP = 3
"""So many days back are looked at, for days on which nothing ran."""
FIRST_YEAR = 1900


def check_rule(rule: Any) -> None:
    """Refuse a rule that could not be carried out.

    Raises:
        ValidationError: A part is missing or names what is not there. An object whose addon is disabled is let pass.
    """
    if rule.occasion == "holiday":
        _check_holiday(rule)
    else:
        _check_date(rule)
    if rule.way == "activity" and rule.kind is None:
        raise ValidationError(_("Which kind of activity shall be planned?"), field="kind")
    try:
        _filled(rule.subject, "", ""), _filled(rule.text or "", "", "")
    except (KeyError, TypeError, ValueError):
        raise ValidationError(
            _("Texts know %(names)s; a percent sign is written twice.", names="%(customer)s, %(name)s"), field="subject"
        ) from None


def _check_holiday(rule: Any) -> None:
    try:
        datetime.date(2024, rule.month or 0, rule.day or 0)
    except ValueError:
        raise ValidationError(_("There is no such day."), field="day") from None
    _check_domain(rule, CUSTOMER)


def _check_date(rule: Any) -> None:
    if not rule.model or not rule.date_field:
        raise ValidationError(_("Which date of which object?"), field="date_field")
    info = rule.env.registry.models.get(rule.model)
    if info is None:
        return
    field = info.fields.get(rule.date_field)
    if field is None or field.kind not in ("date", "datetime") or not field.is_stored:
        raise ValidationError(_("%(field)s is no date of the object.", field=rule.date_field), field="date_field")
    if rule.customer_path:
        step = info.fields.get(rule.customer_path)
        if step is None or getattr(step, "comodel", None) != CUSTOMER:
            raise ValidationError(
                _("%(field)s does not lead to a customer.", field=rule.customer_path), field="customer_path"
            )
    elif rule.model != CUSTOMER:
        raise ValidationError(_("How does one come from the record to its customer?"), field="customer_path")
    _check_domain(rule, rule.model)


def _check_domain(rule: Any, model: str) -> None:
    try:
        rule.env[model].exists(rule.domain or [])
    except CoreError as error:
        raise ValidationError(_("The conditions: %(fault)s", fault=error.message), field="domain") from None


def care_for(env: Environment, today: datetime.date) -> int:
    """Carry out all rules for a day and the few before it; return how much was made. What was made once is not made again.

    Args:
        env: An environment of the system.
        today: The day.
    """
    count = 0
    for rule in env["crm.care.rule"].search([["active", "=", True]]):
        for back in range(CATCH_UP):
            day = today - datetime.timedelta(days=back)
            occasion = day - datetime.timedelta(days=rule.days_after)
            for rows in _due(env, rule, occasion):
                count += _make(env, rule, rows, occasion, today)
    return count


def _due(env: Environment, rule: Any, occasion: datetime.date) -> Iterator[list[dict[str, Any]]]:
    """Yield the records of a rule whose occasion is on a day, some at a time: ``id customer contact``."""
    if rule.occasion == "holiday":
        model, path = CUSTOMER, ""
        domain: list[Any] = [["active", "=", True]]
        if (occasion.month, occasion.day) != (rule.month, rule.day):
            return
    else:
        model, path = rule.model, rule.customer_path or ""
        if model not in env.registry.models:
            return
        domain = [_on_day(env, rule, occasion)]
    if rule.domain:
        domain.append({"all": rule.domain} if isinstance(rule.domain, list) else rule.domain)
    last = 0
    while True:
        try:
            found = env[model].read([*domain, ["id", ">", last]], ["id", *([path] if path else [])], "id", CHUNK)
        except CoreError:
            # A field went with its addon; the rule sleeps until it is back.
            return
        if not found:
            return
        last = found[-1]["id"]
        rows = [
            {
                "id": row["id"],
                "customer": row[path] if path else row["id"],
                "contact": row["id"] if model == CONTACT else None,
            }
            for row in found
        ]
        yield [row for row in rows if row["customer"] is not None]


def _on_day(env: Environment, rule: Any, day: datetime.date) -> Any:
    """Return the condition that a date is a day, or of any year that day; 29 February is kept on the 28th (BASE-24)."""
    is_date = env.registry.field(rule.model, rule.date_field).kind == "date"

    def on(wanted: datetime.date) -> Any:
        if is_date:
            return [rule.date_field, "=", wanted]
        begin = datetime.datetime.combine(wanted, datetime.time(), env.timezone)
        return {"all": [[rule.date_field, ">=", begin], [rule.date_field, "<", begin + datetime.timedelta(days=1)]]}

    if not rule.yearly:
        return on(day)
    days = [each for year in range(FIRST_YEAR, day.year + 1) for each in days_kept_on(day, year)]
    if is_date:
        return [rule.date_field, "in", days]
    return {"any": [on(each) for each in days]}


def days_kept_on(day: datetime.date, year: int) -> Sequence[datetime.date]:
    """Return the days of another year whose anniversary is kept on ``day``."""
    try:
        found = [day.replace(year=year)]
    except ValueError:
        return []
    if (day.month, day.day) == (2, 28) and not _is_leap(day.year) and _is_leap(year):
        found.append(datetime.date(year, 2, 29))
    return found


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _make(
    env: Environment, rule: Any, rows: Sequence[Mapping[str, Any]], day: datetime.date, today: datetime.date
) -> int:
    keys = {f"{rule.id}:{row['id']}:{day.isoformat()}": row for row in rows}
    known = {row["key"] for row in env[CARE].read([["key", "in", list(keys)]], ["key"])} if keys else set()
    fresh = {key: row for key, row in keys.items() if key not in known}
    customers = {each.id: each for each in env.load(CUSTOMER, sorted({row["customer"] for row in fresh.values()}))}
    contacts = {
        each.id: each for each in env.load(CONTACT, sorted({row["contact"] for row in fresh.values()} - {None}))
    }
    count = 0
    for key, row in fresh.items():
        customer = customers.get(row["customer"])
        # Customers without an owner wait in the pool: nobody cares for them yet.
        if customer is not None and customer.active and customer.owner is not None:
            _care(env, rule, key, customer, contacts.get(row["contact"]), day, today)
            count += 1
    return count


def _care(
    env: Environment, rule: Any, key: str, customer: Any, contact: Any, day: datetime.date, today: datetime.date
) -> None:
    name = contact.name if contact is not None else customer.name
    subject = _filled(rule.subject, customer.name, name)[:255]
    text = _filled(rule.text or "", customer.name, name)
    values: dict[str, Any] = {
        "key": key,
        "rule": rule,
        "customer": customer,
        "contact": contact,
        "owner": customer.owner,
        "date": day,
        "way": rule.way,
        "subject": subject,
        "text": text,
    }
    shared = {"name": subject, "owner": customer.owner, "customer": customer, "description": text}
    if rule.way == "activity":
        start = datetime.datetime.combine(max(day, today), datetime.time(9), env.timezone)
        values["activity"] = env["crm.activity"].create(
            {**shared, "kind": rule.kind, "contact": contact, "start": start.astimezone(datetime.UTC)}
        )
    elif rule.way == "mail" and _send_mail(env, customer, contact, subject, text):
        values["is_sent"] = True
    else:
        values["task"] = env["crm.task"].create({**shared, "due": max(day, today), "giver": None})
    env[CARE].create(values)


def _send_mail(env: Environment, customer: Any, contact: Any, subject: str, text: str) -> bool:
    """Hand a mail to whoever sends mails; False where there is no address or nobody to send it: then it is a task."""
    address = (contact.mail if contact is not None else None) or customer.mail
    if not address or env.hook.mail_ready(env=env) is False:
        return False
    return bool(env.hook.send_mail(env=env, to=address, subject=subject, text=text))


def _filled(text: str, customer: str, name: str) -> str:
    return text % {"customer": customer, "name": name}
