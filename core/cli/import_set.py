"""``tangram import-set``: a folder of files that belong together, brought in step by step as a plan says. Layer: cli."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from core.cli.importing import plain_data
from core.cli.installation import Installation, pass_installation
from core.data.fileimport import FileImport
from core.errors import ValidationError, Where
from core.i18n import _

_STEP = frozenset({"file", "model", "mapping"})


@click.command("import-set")
@click.argument("plan", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--dry-run", is_flag=True, help="Check everything and undo it.")
@click.option("--user", metavar="LOGIN", help="In whose name; without it the system.")
@pass_installation
def command(installation: Installation, plan: Path, folder: Path, dry_run: bool, user: str | None) -> None:
    """Bring in the files of FOLDER by the steps of PLAN, in one transaction: all of them or none.

    Each step names a file, the model of its records, and a mapping as "tangram import --mapping" takes it. Each is kept as an import of
    its own, which can be undone on its page: the last one first.
    """
    steps = steps_of(plan, folder)
    with installation.env(user, keep=not dry_run) as env:
        for number, (file, model, mapping) in enumerate(steps, start=1):
            hooks = env.registry.hooks
            request = FileImport(file, env.registry[model].name, mapping=mapping, is_trial=dry_run)
            done = None if hooks is None else hooks.import_file(env, request)
            if done is None:
                raise ValidationError(
                    _("A set of files needs the app base_exchange."),
                    code="import.addon",
                    hint=_('enable it: "tangram addons enable base_exchange"'),
                    where=Where(file=str(plan)),
                )
            words = {"number": number, "file": file.name, "model": model, **vars(done)}
            installation.say(
                _("%(number)s. %(file)s → %(model)s: %(created)s new, %(updated)s changed, %(skipped)s left.", **words)
            )


def steps_of(plan: Path, folder: Path) -> list[tuple[Path, str, Mapping[str, Any]]]:
    """Return file, model and mapping of each step of a plan.

    Raises:
        ValidationError: The plan has no steps, a step is incomplete, or names a file that is not in the folder.
    """
    found = plain_data(plan).get("steps")
    if not isinstance(found, list) or not found:
        raise _refused(plan, _("The plan has no steps."))
    steps = []
    for step in found:
        if not isinstance(step, dict) or not {"file", "model"} <= step.keys() <= _STEP:
            raise _refused(plan, _("A step has a file, a model and a mapping, and nothing else."))
        file = folder / str(step["file"])
        if not file.is_file() or file.resolve().parent != folder.resolve():
            raise _refused(plan, _("The folder holds no file %(name)s.", name=str(step["file"])))
        steps.append((file, str(step["model"]), step.get("mapping") or {}))
    return steps


def _refused(plan: Path, message: Any) -> ValidationError:
    return ValidationError(message, code="import.set", where=Where(file=str(plan)))
