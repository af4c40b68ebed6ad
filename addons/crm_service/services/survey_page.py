"""What the page shows on which a customer answers, and what it takes; no log-in is needed, the token is the right (SERV-21)."""

from collections.abc import Mapping
from typing import Any

from core.api import ConflictError, Environment, MissingRecord, ValidationError, _

SCORES = (5, 4, 3, 2, 1)
QUESTIONS = ("score", "response_score", "skill_score")
MOST_WORDS = 2000
_LONGEST_TOKEN = 64


def survey_with(env: Environment, token: str) -> Any:
    """Return the survey with a token.

    Args:
        env: The environment of the system: who has the link is nobody it knows.
        token: What stands in the address.

    Raises:
        MissingRecord: There is none, or the request was withdrawn: both answer alike.
    """
    found: list[Any] = []
    if len(token) <= _LONGEST_TOKEN:
        found = env["crm.survey"].search([["token", "=", token], ["state", "!=", "withdrawn"]])
    if not found:
        raise MissingRecord(_("This link is not valid."))
    return found[0]


def survey_data(
    env: Environment, survey: Any, error: Any = None, typed: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return what the page shows: nothing but what the customer knows anyway.

    Args:
        env: The environment of the system.
        survey: The record.
        error: A message; None: nothing is wrong.
        typed: What was sent, to be shown again.
    """
    return {
        "languages": [],
        "company": survey.company.name if survey.company is not None else "",
        "token": survey.token,
        "about": survey.ticket.number if survey.ticket is not None else None,
        "product": survey.product.name if survey.product is not None else None,
        "is_open": survey.state == "open",
        "scores": SCORES,
        "typed": dict(typed or {}),
        "error": error,
        "most": MOST_WORDS,
    }


def take_answer(survey: Any, typed: Mapping[str, str]) -> None:
    """Save what a customer answered.

    Args:
        survey: The record.
        typed: ``score`` and, if the customer said so, ``response_score``, ``skill_score`` and ``words``.

    Raises:
        ConflictError: It was answered already.
        ValidationError: A score is missing or none from 1 to 5.
    """
    if survey.state != "open":
        raise ConflictError(_("This survey was answered already."))
    values: dict[str, Any] = {"words": (typed.get("words") or "").strip()[:MOST_WORDS] or None}
    for name in QUESTIONS:
        text = (typed.get(name) or "").strip()
        if text and text not in {str(score) for score in SCORES}:
            raise ValidationError(_("A score from 1 to 5 is needed."), field=name)
        values[name] = int(text) if text else None
    survey.update(values)
    survey.answer()
