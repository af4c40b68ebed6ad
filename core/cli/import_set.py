"""``tangram import-set``: a folder of files that belong together, brought in step by step as a plan says. Layer: cli."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from core.cli.importing import plain_data
from core.cli.installation import Installation, pass_installation
from core.data.fileimport import FileBatch, FileImport
from core.errors import ValidationError, Where
from core.i18n import _

_STEP = frozenset({"file", "model", "mapping"})
_LOOKUP = frozenset({"file", "from", "to"})
"""What `replace` says where the texts to be read instead stand in another file of the set."""


@click.command("import-set")
@click.argument("plan", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--dry-run", is_flag=True, help="Check everything and undo it.")
@click.option("--undo", "is_undo", is_flag=True, help="Take back what the plan brought in, the last step first.")
@click.option("--user", metavar="LOGIN", help="In whose name; without it the system.")
@pass_installation
def command(
    installation: Installation, plan: Path, folder: Path, dry_run: bool, is_undo: bool, user: str | None
) -> None:
    """Bring in the files of FOLDER by the steps of PLAN, in one transaction: all of them or none.

    Each step names a file, the model of its records, and a mapping as "tangram import --mapping" takes it. Each is kept as an import of
    its own, which can be undone on its page: the last one first. With --undo all imports of the plan are undone at once, unless
    records were changed or used since.
    """
    steps = steps_of(plan, folder)
    with installation.env(user, keep=not dry_run) as env:
        hooks = env.registry.hooks
        if is_undo:
            undone = None if hooks is None else hooks.undo_imports(env, plan.stem)
            if undone is None:
                raise _needs_addon(plan)
            words = vars(undone)
            installation.say(
                _("%(imports)s imports undone: %(deleted)s records deleted, %(restored)s as before.", **words)
            )
            return
        batch = FileBatch(plan.stem)
        for number, (file, model, mapping) in enumerate(steps, start=1):
            name = env.registry[model].name
            request = FileImport(file, name, mapping=mapping, is_trial=dry_run, batch=batch)
            done = None if hooks is None else hooks.import_file(env, request)
            if done is None:
                raise _needs_addon(plan)
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
        file = _file_of(plan, folder, step["file"])
        steps.append((file, str(step["model"]), _with_texts(plan, folder, step.get("mapping") or {})))
    return steps


def _file_of(plan: Path, folder: Path, name: Any) -> Path:
    file = folder / str(name)
    if not file.is_file() or file.resolve().parent != folder.resolve():
        raise _refused(plan, _("The folder holds no file %(name)s.", name=str(name)))
    return file


def _with_texts(plan: Path, folder: Path, mapping: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a mapping in which each `replace` that names a file of the set holds the texts that stand there."""
    found = dict(mapping)
    for part in ("columns", "also"):
        if isinstance(mapping.get(part), dict):
            found[part] = {
                name: {**said, "replace": _texts(plan, folder, said["replace"])}
                if isinstance(said, dict)
                and isinstance(said.get("replace"), dict)
                and said["replace"].keys() == _LOOKUP
                else said
                for name, said in mapping[part].items()
            }
    return found


def _texts(plan: Path, folder: Path, said: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts of one column of a CSV file in UTF-8 by those of another.

    Raises:
        ValidationError: The file or one of the columns is not there.
    """
    file = _file_of(plan, folder, said["file"])
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = csv.DictReader(stream)
        for name in (said["from"], said["to"]):
            if name not in (rows.fieldnames or ()):
                raise _refused(plan, _('%(file)s has no column "%(name)s".', file=file.name, name=str(name)))
        return {str(row[said["from"]]): str(row[said["to"]]) for row in rows}


def _needs_addon(plan: Path) -> ValidationError:
    return ValidationError(
        _("A set of files needs the app base_exchange."),
        code="import.addon",
        hint=_('enable it: "tangram addons enable base_exchange"'),
        where=Where(file=str(plan)),
    )


def _refused(plan: Path, message: Any) -> ValidationError:
    return ValidationError(message, code="import.set", where=Where(file=str(plan)))
