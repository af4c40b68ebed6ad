"""Keeps questions under a name, shares them with roles and pins them to the workbench."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from addons.base_report.services.measures import may_read
from addons.base_report.services.question import PARAMETERS, Question
from core.api import Environment, ValidationError, _

MOST_REPORTS = 100
"""Reports of one user."""
MOST_PINS = 20
WIDTH = 6


def save_report(
    env: Environment, name: str, question: Question, *, number: int | None = None, roles: Sequence[str] | None = None
) -> int:
    """Keep a question under a name and return the id of the report.

    Args:
        env: Who keeps it.
        name: Its name.
        question: The question, already found to be answerable.
        number: The report to change; None makes a new one.
        roles: Keys of the roles to share it with; None leaves that as it is.

    Raises:
        ValidationError: It has no name, a role is not there, or there are too many.
        MissingRecord: There is no such report for the user.
        AccessDenied: It is another's, or to be shared without the right.
    """
    reports = env["base.report"]
    query = {key: value for key, value in question.parameters.items() if key in PARAMETERS and key != "report"}
    values: dict[str, Any] = {"name": name.strip(), "query": query}
    if not values["name"]:
        raise ValidationError(_("A report has a name."), field="name")
    if roles is not None:
        groups = env["core.group"].search([["key", "in", list(roles)]]) if roles else []
        if len(groups) != len(set(roles)):
            raise ValidationError(_("One of the roles is not there."), field="roles")
        values["shared_with"] = [group.id for group in groups]
    if number is not None:
        reports.write(reports.get(number), values)
        env.flush()
        return number
    if reports.count([["user", "=", env.uid]]) >= MOST_REPORTS:
        raise ValidationError(_("At most %(limit)s reports.", limit=MOST_REPORTS), field="name")
    return int(reports.create(values).id)


def read_report(env: Environment, number: int) -> Mapping[str, Any]:
    """Return a report that the user may see: ``id name query user shared_with is_pinned``.

    Raises:
        MissingRecord: There is none.
    """
    record = env["base.report"].get(number)
    pins = env["base.report.pin"].count([["user", "=", env.uid], ["report", "=", number]])
    return {
        "id": record.id,
        "name": record.name,
        "query": dict(record.query or {}),
        "is_own": record.user.id == env.uid,
        "roles": [group.key for group in record.shared_with],
        "is_pinned": bool(pins),
    }


def reports_for(env: Environment) -> list[dict[str, Any]]:
    """Return the reports the user sees, own ones first. Two statements."""
    rows = env["base.report"].read([], ["name", "query", "user", "user.name"])
    pinned = {row["report"] for row in env["base.report.pin"].read([["user", "=", env.uid]], ["report"])}
    found = [{**row, "is_own": row["user"] == env.uid, "is_pinned": row["id"] in pinned} for row in rows]
    return sorted(found, key=lambda row: not row["is_own"])


def set_pin(env: Environment, number: int, *, is_on: bool) -> None:
    """Put a report on the user's workbench, or take it off.

    Raises:
        MissingRecord: There is no such report for the user.
        ValidationError: There are too many.
    """
    env["base.report"].get(number)
    pins = env["base.report.pin"]
    found = pins.search([["user", "=", env.uid], ["report", "=", number]])
    if is_on and not found:
        if pins.count([["user", "=", env.uid]]) >= MOST_PINS:
            raise ValidationError(_("At most %(limit)s reports on a workbench.", limit=MOST_PINS))
        pins.create({"report": number})
    elif found and not is_on:
        pins.delete(found)


def pinned_reports(env: Environment) -> list[tuple[int, str]]:
    """Return id and name of the reports on the user's workbench that the user still sees. One statement."""
    info = env.registry.models["base.report.pin"]
    if not may_read(env, info) or not may_read(env, env.registry.models["base.report"]):
        return []
    rows = env[info.name].read([["user", "=", env.uid]], ["report", "report.name"])
    return [(row["report"], row["report.name"]) for row in rows if row["report.name"]]
