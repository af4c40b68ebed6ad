"""``tangram addons``: what there is, what a change would do, and the changes (design 1.12). Layer: cli."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from core.cli.errors import block
from core.cli.installation import Installation, confirm, pass_installation
from core.data.lifecycle import Plan
from core.data.lifecycle.plan import Action
from core.data.lifecycle.removal import FOLDER as REMOVED
from core.data.loader import LoadReport
from core.errors import AddonError, CoreError, Message, raise_faults
from core.i18n import _
from core.orm import bookkeeping
from core.plugins.addon import Addon

NAMES = click.argument("names", metavar="NAME…", nargs=-1, required=True)
YES = click.option("--yes", is_flag=True, help="Don't ask.")
CASCADE = click.option("--cascade", is_flag=True, help="Along with all addons that need it.")
ACTIONS = ("enable", "disable", "remove", "restore", "upgrade")
SEVERE = ("drop", "conflict")


@click.group("addons")
def command() -> None:
    """List, plan, enable, disable, remove, restore and upgrade addons; a running server follows at its next request."""


@command.command("list")
@click.option("--enabled", is_flag=True, help="Only those enabled in this database.")
@pass_installation
def list_addons(installation: Installation, enabled: bool) -> None:
    """List all addons with their state in this database; of a broken one its error."""
    installation.require()
    app = installation.application
    assembly = app.assembly(installation.database_name)
    with installation.database.engine.connect() as connection:
        states = bookkeeping.addon_states(connection)
    table = Table("Addon", "State", "Version", "Category", "Title", box=None, pad_edge=False)
    found = list(app.rescan())
    broken: dict[str, CoreError] = dict(assembly.broken)
    for addon in found:
        state = states[addon.name].state if addon.name in states else ""
        error = addon.error or broken.get(addon.name)
        if error is not None:
            broken[addon.name] = error
        if enabled and state != "enabled":
            continue
        table.add_row(addon.name, f"{state} broken".strip() if error else state, *_described(addon, states))
    for name in sorted(set(states) - {addon.name for addon in found}):
        if not enabled or states[name].state == "enabled":
            table.add_row(name, f"{states[name].state} missing", states[name].version, "", "")
    installation.out.print(table)
    for name, error in sorted(broken.items()):
        for line in block(error.located(addon=name), installation.language):
            installation.out.print(line, soft_wrap=True)
    for problem in app.addons.problems:
        installation.out.print(str(problem), markup=False, soft_wrap=True)


def _described(addon: Addon, states: Any) -> tuple[str, str, str]:
    stored = states[addon.name].version if addon.name in states else None
    version = f"{stored} → {addon.version}" if stored and addon.version and stored != addon.version else addon.version
    return version, addon.manifest.category if addon.manifest else "", addon.title


@command.command("plan")
@NAMES
@click.option(
    "--to", "action", type=click.Choice(ACTIONS), default="enable", help="The change to plan; enable if none is named."
)
@CASCADE
@pass_installation
def plan(installation: Installation, names: tuple[str, ...], action: Action, cascade: bool) -> None:
    """Show what a change would do: addons, tables, columns, rows, and what refers to them. Changes nothing."""
    installation.require()
    made = _plan(installation, action, names, cascade=cascade)
    show_plan(installation, made)
    raise_faults(made.refusals, AddonError, "plan")


def _plan(installation: Installation, action: Action, names: Sequence[str], *, cascade: bool) -> Plan:
    with installation.lifecycle() as lifecycle:
        if action == "restore":
            return lifecycle.plan(action, archive=archive_of(installation, names[0]))
        return lifecycle.plan(action, list(names), cascade=cascade)


def show_plan(installation: Installation, made: Plan) -> None:
    """Print the addons concerned and the steps."""
    if not made.addons and made.possible:
        installation.out.print("Nothing to do.")
        return
    named = [f"{name} (along)" if name in made.cascaded else name for name in made.addons]
    installation.out.print(f"{made.action}: {', '.join(named)}", markup=False, soft_wrap=True)
    for step in made.steps:
        rows = "" if step.rows is None else f" ({step.rows} rows)"
        sign = "!" if step.kind in SEVERE else "-"
        text = installation.language.text(step.text)
        installation.out.print(f"  {sign} {step.addon}: {text}{rows}", markup=False, soft_wrap=True)
    if made.seconds >= 1:
        installation.out.print(f"  about {made.seconds:.0f} s")


@command.command("enable")
@NAMES
@YES
@pass_installation
def enable(installation: Installation, names: tuple[str, ...], yes: bool) -> None:
    """Enable addons with what they need; bridges come by themselves. Nothing happens for those enabled already."""
    _change(
        installation, "enable", names, lambda lifecycle: _tell_loaded(installation, lifecycle.enable(names)), yes=yes
    )


@command.command("disable")
@NAMES
@CASCADE
@YES
@pass_installation
def disable(installation: Installation, names: tuple[str, ...], cascade: bool, yes: bool) -> None:
    """Disable addons; all their data stay."""

    def work(lifecycle: Any) -> None:
        _tell(installation, _("Disabled"), lifecycle.disable(names, cascade=cascade))

    _change(installation, "disable", names, work, yes=yes, cascade=cascade)


@command.command("upgrade")
@click.argument("names", metavar="NAME…", nargs=-1)
@YES
@pass_installation
def upgrade(installation: Installation, names: tuple[str, ...], yes: bool) -> None:
    """Bring the database to the addons' present files: migrations, tables, records. Without a name: all enabled addons."""

    def work(lifecycle: Any) -> None:
        _tell_loaded(installation, lifecycle.upgrade(names or None))

    _change(installation, "upgrade", names, work, yes=yes)


@command.command("remove")
@NAMES
@CASCADE
@click.option(
    "--export-to", type=click.Path(path_type=Path), help="File or folder of the export that is written first."
)
@YES
@pass_installation
def remove(
    installation: Installation, names: tuple[str, ...], cascade: bool, export_to: Path | None, yes: bool
) -> None:
    """Remove addons with all their data, after writing an export that "restore" brings back."""

    def work(lifecycle: Any) -> None:
        path = lifecycle.remove(names, export_to, cascade=cascade)
        installation.say(_("Removed: %(names)s. Their data are in", names=", ".join(names)))
        installation.out.print(str(path), markup=False, soft_wrap=True)

    _change(installation, "remove", names, work, yes=yes, cascade=cascade)


@command.command("restore")
@NAMES
@YES
@pass_installation
def restore(installation: Installation, names: tuple[str, ...], yes: bool) -> None:
    """Bring back what "remove" exported: the export's file, or the name of an addon for its latest export."""
    for name in names:
        archive = archive_of(installation, name)

        def work(lifecycle: Any, archive: Path = archive) -> None:
            for line in lifecycle.restore(archive):
                installation.say(line)
            installation.say(_("Restored from %(file)s", file=str(archive)))

        _change(installation, "restore", (str(archive),), work, yes=yes)


def archive_of(installation: Installation, name: str) -> Path:
    """Return the export meant: a file, or the latest one of an addon.

    Raises:
        AddonError: There is none.
    """
    path = Path(name)
    if path.is_file():
        return path
    folder = installation.application.settings.data_dir / REMOVED
    found = [each for each in folder.glob("*.zip") if name in each.stem]
    if not found:
        raise AddonError(
            _('There is no export of "%(name)s".', name=name),
            code="addon.no_export",
            hint=_("exports lie in %(folder)s", folder=str(folder)),
        )
    return max(found, key=lambda each: each.stat().st_mtime_ns)


def _change(
    installation: Installation,
    action: Action,
    names: Sequence[str],
    work: Callable[[Any], None],
    *,
    yes: bool,
    cascade: bool = False,
) -> None:
    """Show the plan, do it. Only removing asks first, where somebody is there to answer: all else keeps every row."""
    installation.require()
    if not yes:
        made = _plan(installation, action, names, cascade=cascade)
        raise_faults(made.refusals, AddonError, action)
        show_plan(installation, made)
        if action == "remove":
            confirm(installation, _("Do it?"), yes=False, unattended=True)
    with installation.lifecycle() as lifecycle:
        work(lifecycle)


def _tell_loaded(installation: Installation, reports: Iterable[LoadReport]) -> None:
    listed = list(reports)
    _tell(installation, _("Done"), [report.addon for report in listed])
    for report in listed:
        for conflict in report.conflicts:
            installation.say(
                _(
                    "%(record)s.%(field)s was changed by a person and by the update",
                    record=conflict.xid,
                    field=conflict.field,
                )
            )


def _tell(installation: Installation, what: Message, names: Sequence[str]) -> None:
    installation.say(_("%(what)s: %(names)s", what=what, names=", ".join(names)) if names else _("Nothing to do."))
