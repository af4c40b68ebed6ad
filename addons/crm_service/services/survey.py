"""Ask customers how satisfied they are, and take their answers (SERV-21)."""

from typing import Any

from core.api import ConflictError, Environment, ValidationError, _, formatter_for, get_parameter, system_of

PATH = "/x/crm_service/survey/"
SEND = "crm_service.send_survey"


def link_of(survey: Any) -> str:
    """Return the whole address at which the customer answers, to be copied; outside requests without the host where ``public_url`` is empty."""
    return f"{survey.env.base_url}{PATH}{survey.token}"


def ask_after_ticket(ticket: Any) -> Any:
    """Return a new survey about a ticket: its executor is judged.

    Raises:
        ConflictError: A request about this ticket waits for its answer already.
    """
    env = ticket.env
    if any(survey.state == "open" for survey in ticket.surveys):
        raise ConflictError(_("The customer was asked about %(number)s already.", number=ticket.number))
    return env["crm.survey"].create(
        {
            "occasion": "ticket",
            "ticket": ticket,
            "customer": ticket.customer,
            "contact": ticket.contact,
            "product": ticket.product,
            "owner": ticket.executor or env.user,
            "channel": "mail" if address_of(ticket) else "link",
        }
    )


def address_of(record: Any) -> str | None:
    """Return the mail address of the contact of a survey or ticket, else of its customer; None if there is none."""
    for person in (record.contact, record.customer):
        if person is not None and person.mail:
            return str(person.mail)
    return None


def mail_survey(survey: Any) -> None:
    """Queue the mail with the link; it is sent once the transaction is committed."""
    env = survey.env
    if address_of(survey) is None:
        raise ValidationError(_("%(name)s has no mail address.", name=survey.customer.name), field="contact")
    if not env.settings.public_url:
        raise ConflictError(
            _("The address under which customers reach this system is not set."),
            hint=_("an administrator sets public_url; until then copy the link"),
        )
    env.defer(SEND, survey_id=survey.id)
    survey.update(channel="mail", sent_at=env.now())


def send_mail(env: Environment, survey_id: int) -> bool:
    """Mail the link of a survey that still waits; return whether somebody took the mail."""
    found = env["crm.survey"].search([["id", "=", survey_id], ["state", "=", "open"]])
    address = address_of(found[0]) if found else None
    if address is None:
        return False
    survey = found[0]
    say = formatter_for(env).text
    subject = say(_("How satisfied are you with our service?"))
    text = say(_("Your answer takes a minute: %(link)s", link=link_of(survey)))
    signed = "" if survey.company is None else f"\n\n{survey.company.name}"
    return bool(env.hook.send_mail(env=env, to=address, subject=subject, text=f"{subject}\n\n{text}{signed}"))


def ask_when_done(ticket: Any) -> None:
    """Make and send a survey when a ticket is done, where the parameter ``crm_service.ask_when_done`` says so."""
    env = ticket.env
    if not get_parameter(env, "crm_service.ask_when_done") or ticket.surveys:
        return
    system = system_of(env)
    survey = ask_after_ticket(system["crm.ticket"].get(ticket.id))
    if survey.channel == "mail" and env.settings.public_url:
        mail_survey(survey)


def check_answer(survey: Any) -> None:
    """Note when and by whom a survey was answered, and whether the customer is satisfied (D25).

    Raises:
        ValidationError: There is no score.
    """
    env = survey.env
    if survey.score is None:
        raise ValidationError(_("A score from 1 to 5 is needed."), field="score")
    is_satisfied = survey.score >= get_parameter(env, "crm_service.satisfied_from")
    survey.update(
        satisfied_percent=100 if is_satisfied else 0,
        answered_on=env.today(),
        entered_by=None if env.is_elevated else env.user,
    )
