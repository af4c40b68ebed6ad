"""``tangram explain``: why somebody may or may not, and who can (design 1.9). Layer: cli."""

from __future__ import annotations

from collections.abc import Iterable

import click
import sqlalchemy as sa

from core.access.explain import explain
from core.access.explanation import Explanation, Step
from core.access.who import who_can
from core.cli.installation import Installation, pass_installation
from core.cli.user import user_of
from core.errors import MissingRecord, Where
from core.i18n import _
from core.orm.environment import Environment


@click.command("explain")
@click.argument("words", metavar="[USER] MODEL ID [OPERATION]", nargs=-1, required=True)
@click.option("--who", is_flag=True, help="List everybody who can, with the first reason: MODEL ID [OPERATION].")
@click.option("--sql", is_flag=True, help="Also the condition as the database gets it.")
@pass_installation
def command(installation: Installation, words: tuple[str, ...], who: bool, sql: bool) -> None:
    """Explain why a user may or may not do something with a record: each rule with ✓ or ✗, and which one decides.

    OPERATION is read unless given: create, read, update, delete, export, print, import, approve, assign.
    """
    fixed = 2 if who else 3
    if not fixed <= len(words) <= fixed + 1:
        raise click.UsageError("Give MODEL ID [OPERATION]." if who else "Give USER MODEL ID [OPERATION].")
    model, number = words[fixed - 2], words[fixed - 1]
    operation = words[fixed] if len(words) > fixed else "read"
    with installation.env(readonly=True) as env:
        target = (env.registry[model].name, _existing(env, model, number))
        if who:
            _print_who(installation, env, target, operation)
        else:
            answer = explain(env, user_of(env, words[0]), target, operation)
            _print_chain(installation, answer)
            if sql and answer.sql:
                installation.out.print(f"SQL: {answer.sql}", markup=False, soft_wrap=True)


def _existing(env: Environment, model: str, number: str) -> int:
    if not number.isdecimal() or len(number) > 18:
        raise click.UsageError(f"{number!r} is no id.")
    # A record in the recycle bin can be explained too, so rows are looked at, not living records.
    table = env.registry[model].table
    found = env.connection.scalar(sa.select(table.c.id).where(table.c.id == int(number)))
    if found is None:
        raise MissingRecord(_("There is no such record."), where=Where(model=model, record=int(number)))
    return int(found)


def _print_who(installation: Installation, env: Environment, target: tuple[str, int], operation: str) -> None:
    found = who_can(env, target, operation)
    if not found:
        installation.out.print("Nobody.")
    for each in found:
        writes = " (may change it)" if each.writes else ""
        reason = installation.language.text(each.reason)
        installation.out.print(f"{each.name}{writes}: {reason}", markup=False, soft_wrap=True)


def _print_chain(installation: Installation, answer: Explanation) -> None:
    text = installation.language.text
    verdict = "✓ may" if answer.allowed else "✗ may not"
    head = f"{answer.user_name} {verdict} {answer.operation} {answer.model} #{answer.record}: {text(answer.summary)}"
    installation.out.print(head, markup=False, soft_wrap=True)
    _print_steps(installation, "Function right, one is enough", answer.rights)
    _print_steps(installation, "For everybody, all are needed", answer.globals)
    _print_steps(installation, "Reasons, one is enough", answer.grants)
    if answer.hidden:
        names = ", ".join(field.name for field in answer.hidden)
        installation.out.print(f"Fields not shown: {names}", markup=False, soft_wrap=True)
    allowed = ", ".join(name for name, may in answer.operations.items() if may) or "nothing"
    installation.out.print(f"Allowed on this record: {allowed}", markup=False, soft_wrap=True)


def _print_steps(installation: Installation, title: str, steps: Iterable[Step]) -> None:
    text = installation.language.text
    listed = list(steps)
    if listed:
        installation.out.print(f"{title}:", markup=False)
    for step in listed:
        detail = f" ({text(step.detail)})" if step.detail else ""
        sign = "✓" if step.holds else "✗"
        line = f"  {sign} {text(step.label)}{detail}  [{step.id}, {step.source}]"
        installation.out.print(line, markup=False, soft_wrap=True)
