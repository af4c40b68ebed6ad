"""``tangram trace``: what runs when a record is created, changed or acted on (design 1.11). Layer: cli."""

from __future__ import annotations

import json
from typing import Any

import click
from rich.table import Table

from core.cli.installation import Installation, pass_installation
from core.errors import ValidationError, unknown
from core.i18n import _
from core.orm.environment import Environment
from core.orm.trace import Share, Tracer, tracing

SAVES = ("create", "update", "delete", "read")
WIDTH = 120
"""Characters of a statement that are shown; all with --sql."""


@click.command("trace")
@click.argument("model")
@click.argument("method")
@click.argument("number", metavar="[ID]", type=click.IntRange(1), required=False)
@click.option("--values", metavar="JSON", help="Fields and values for create and update, or arguments of the action.")
@click.option(
    "--user", metavar="LOGIN", help="In whose name; without it the system, for which no access rules are asked."
)
@click.option("--commit", is_flag=True, help="Keep what it did; otherwise all is undone.")
@click.option("--sql", is_flag=True, help="Show statements whole.")
@click.option("--json", "as_json", is_flag=True, help="Print the chain as JSON.")
@pass_installation
def command(
    installation: Installation,
    model: str,
    method: str,
    number: int | None,
    values: str | None,
    user: str | None,
    commit: bool,
    sql: bool,
    as_json: bool,
) -> None:
    """Do one thing to one record and show what ran: hooks, computed fields, constraints, rules and SQL, with time and addon.

    METHOD is an action or transition of the model, or create, update, delete or read. It is done and then undone.
    """
    given = _parsed(values)
    with installation.env(user, keep=commit) as env:
        record = None if number is None else env[model].get(number)
        with tracing(env) as trace:
            _do(env, model, method, record, given)
            env.flush()
    if as_json:
        click.echo(json.dumps(as_data(trace), ensure_ascii=False, indent=1))
        return
    _print(installation, trace, whole=sql)
    if not commit:
        installation.say(_("All of it was undone; --commit keeps it."))


def _parsed(values: str | None) -> dict[str, Any]:
    try:
        found = json.loads(values) if values else {}
    except ValueError as error:
        raise ValidationError(_("--values is no JSON: %(reason)s", reason=str(error)), code="cli.json") from error
    if not isinstance(found, dict):
        raise ValidationError(_("--values is a JSON object of fields and values."), code="cli.json")
    return found


def _do(env: Environment, model: str, method: str, record: Any, given: dict[str, Any]) -> None:
    info = env.registry[model]
    if method not in SAVES and method not in info.actions:
        raise unknown("action", method, [*SAVES, *info.actions])
    if method == "create":
        env[model].create(given)
    elif record is None:
        raise click.UsageError(f"{method} needs the ID of a record.")
    elif method == "read":
        env[model].read([["id", "=", record.id]])
    elif method == "update":
        record.update(**given)
    elif method == "delete":
        record.delete()
    else:
        getattr(record, method)(**given)


def as_data(trace: Tracer) -> dict[str, Any]:
    """Return a trace in plain JSON types: the chain, the shares, the whole."""
    names = ("kind", "name", "addon", "model", "depth", "seconds", "own_seconds", "statements")
    return {
        "seconds": trace.seconds,
        "statements": trace.statements,
        "rows": [{name: getattr(row, name) for name in names} for row in trace.rows],
        "addons": [{name: getattr(share, name) for name in Share.__slots__} for share in trace.by_addon()],
    }


def _print(installation: Installation, trace: Tracer, *, whole: bool) -> None:
    out = installation.out
    for row in trace.rows:
        name = row.name if whole or len(row.name) <= WIDTH else f"{row.name[: WIDTH - 1]}…"
        subject = f" {row.model}" if row.model else ""
        line = f"{row.seconds * 1000:8.2f} ms {row.statements:4} st  {'  ' * row.depth}{row.kind} {name}{subject}  <{row.addon}>"
        out.print(line, markup=False, soft_wrap=True)
    if trace.dropped:
        out.print(f"… and {trace.dropped} more steps")
    table = Table("Addon", "Share", "Time", "Statements", "Steps", box=None, pad_edge=False)
    for share in trace.by_addon():
        cells = (f"{share.part:.0%}", f"{share.seconds * 1000:.2f} ms", str(share.statements), str(share.calls))
        table.add_row(share.addon, *cells)
    out.print(table)
    out.print(f"{trace.seconds * 1000:.2f} ms, {trace.statements} statements")
