"""Giving tasks out, and who may accept them (BASE-55, BASE-56)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from addons.crm_base.services.keep_in_touch import finish_return_visit
from core.api import AccessDenied, Environment, ValidationError, _, notify

TASK = "crm.task"


def check_giver(task: Any) -> None:
    """Refuse who carries a task out to judge it.

    Raises:
        AccessDenied: Another one gave it. Who may change it beside these two stands above them.
    """
    env = task.env
    if env.is_elevated or task.giver is None or task.giver.id == env.uid:
        return
    if task.owner is not None and task.owner.id == env.uid:
        raise AccessDenied(_("%(name)s, who gave the task, decides this.", name=task.giver.name))


def check_own(task: Any) -> None:
    """Refuse to complete a task that somebody else gave.

    Raises:
        ValidationError: Its result is submitted instead.
    """
    if task.giver is not None and task.giver is not task.owner:
        raise ValidationError(
            _("%(name)s gave this task and accepts the result.", name=task.giver.name), hint=_("submit it")
        )


def give_out(assignment: Any) -> None:
    """Make a copy of a task for each person who has none yet; copies of others stay.

    Raises:
        AccessDenied: The giver does not stand above one of them.
    """
    env = assignment.env
    held = {task.owner.id for task in assignment.tasks}
    names = ("name", "due", "priority", "customer", "description")
    shared = {name: getattr(assignment, name) for name in names}
    people = [person for person in assignment.executors if person.id not in held]
    made = [{**shared, "owner": person, "giver": assignment.owner, "assignment": assignment} for person in people]
    if made:
        env[TASK].create(made)


def on_saved(env: Environment, model: str, created: Sequence[int], changed: Mapping[int, Mapping[str, Any]]) -> None:
    """Tell those concerned of tasks that were given, passed on, submitted or sent back."""
    if model != TASK:
        return
    passed = [number for number, old in changed.items() if "owner" in old]
    moved = [number for number, old in changed.items() if "state" in old]
    if not (created or passed or moved):
        return
    for task in env.load(TASK, [*created, *passed]):
        if task.state != "done":
            _tell(env, task, task.owner, _("New task: %(task)s", task=task.name))
    for task in env.load(TASK, moved):
        if task.state == "submitted":
            title = _("%(name)s submitted the task %(task)s", name=task.owner.name, task=task.name)
            _tell(env, task, task.giver, title, task.result)
        elif changed[task.id]["state"] == "submitted" and task.state == "in_progress":
            title = _("%(name)s sent the task %(task)s back", name=env.user.name, task=task.name)
            _tell(env, task, task.owner, title, task.remark)


def _tell(env: Environment, task: Any, reader: Any, title: Any, text: str | None = None) -> None:
    if reader is not None and reader.id != env.uid:
        notify(env, [reader], title, text=text or "", url=f"/records/{TASK}/{task.id}", kind="task")


def on_finished(task: Any) -> None:
    """Let what waits for a task go on: a return visit that is done or called off sets the next one (BASE-21)."""
    finish_return_visit(task)
