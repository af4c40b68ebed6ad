"""All hooks that the core offers (layer plugins; design 1.7, reference for authors of ``hooks.py``).

An implementation bears the name of its hook and takes any of its arguments. Where several addons implement one hook,
the last in dependency order is called first: an addon comes before those it needs. Calling a hook gives the list of
what the implementations returned, None left out. An exception of an implementation goes to the caller and ends the
call; inside a transaction everything is rolled back.

The ``declare_*`` hooks are asked of one addon at a time, whenever a registry is built. What ``hooks.py`` returns is
added to what the folders of the addon hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.plugins.markers import hookspec

if TYPE_CHECKING:
    from core.data.fileimport import FileImport, FileImported, ImportsUndone
    from core.orm.decorators import ActionInfo
    from core.orm.environment import Environment
    from core.orm.model import Model
    from core.plugins.addon import Addon
    from core.render.extras import Link, Notice, PlacedPanel, Tab, TableFormat


@hookspec
def declare_models(addon: Addon) -> Sequence[type[Model]] | None:
    """Declare models and extensions besides those in ``models/``; for models made by code, such as from a table.

    Called: when a registry is built, before anything else of the addon is read; there is no database to ask.

    Args:
        addon: The addon that declares, always the implementing one.

    Returns:
        Definitions, in the order of their layers; None means none.

    Raises:
        CoreError: The addon is listed as broken with this error; the registry is built without it.
    """


@hookspec
def declare_views(addon: Addon) -> Sequence[Any] | None:
    """Declare views, menus and panels besides those in ``views/``.

    Called: when a registry is built, after the models of all addons are composed.

    Args:
        addon: The addon that declares, always the implementing one.

    Returns:
        Documents of the shape of a file in ``views/``, as plain dicts; None means none.

    Raises:
        CoreError: As for `declare_models`.
    """


@hookspec
def declare_access(addon: Addon) -> Sequence[Any] | None:
    """Declare groups, rights, rules and field rights besides those in ``security/``.

    Called: when a registry is built, after `declare_views`.

    Args:
        addon: The addon that declares, always the implementing one.

    Returns:
        Documents of the shape of a file in ``security/``, as plain dicts; None means none.

    Raises:
        CoreError: As for `declare_models`.
    """


@hookspec
def declare_data(addon: Addon) -> Sequence[Any] | None:
    """Declare records that every deployment gets, besides those in ``data/``.

    Called: when the addon is enabled or upgraded, inside that transaction.

    Args:
        addon: The addon that declares, always the implementing one.

    Returns:
        Documents of the shape of a file in ``data/``, as plain dicts; None means none.

    Raises:
        CoreError: The change is rolled back and reported.
    """


@hookspec
def declare_routes(addon: Addon) -> Sequence[Any] | None:
    """Declare routes besides those in ``controllers.py``.

    Called: when the web application first serves a registry.

    Args:
        addon: The addon that declares, always the implementing one.

    Returns:
        Functions marked as routes; None means none.

    Raises:
        CoreError: As for `declare_models`.
    """


@hookspec
def declare_jobs(addon: Addon) -> Sequence[Any] | None:
    """Declare background jobs besides those in ``jobs.py``.

    Called: when a registry is built.

    Args:
        addon: The addon that declares, always the implementing one.

    Returns:
        Functions marked as jobs; None means none.

    Raises:
        CoreError: As for `declare_models`.
    """


@hookspec
def before_transition(env: Environment, record: Model, transition: ActionInfo) -> Any:
    """Look at a change of state before it happens; raise to veto it, return something to hold it for approval.

    Called: after the user's right was checked, before the body of the transition runs.

    Args:
        env: The environment of the user who asks.
        record: The record, still in its old state.
        transition: Its name, label, field, sources and target.

    Returns:
        None lets it happen. Anything else holds it: the state stays, and the caller gets the first such value (such as the
        request for approval) as the answer.

    Raises:
        ValidationError: The change is refused; the message is shown.
    """


@hookspec
def after_transition(env: Environment, record: Model, transition: ActionInfo) -> None:
    """Act on a change of state.

    Called: after the body ran and the field got its new value, in the same transaction.

    Args:
        env: The environment of the user who asked.
        record: The record in its new state.
        transition: As for `before_transition`.
    """


@hookspec
def records_saved(
    env: Environment, model: str, created: Sequence[int], changed: Mapping[int, Mapping[str, Any]]
) -> None:
    """Act on records that were saved, whichever way: a page, the API, an import or another addon.

    Called: after the rows were written and everything was checked, inside the transaction and once for each model of a save. What
    raises here undoes the save. It is called very often: an addon that has nothing to say about a model must find that out without a
    statement for each call.

    Args:
        env: The environment of the user who saved.
        model: Name of the model.
        created: Ids of the new records; may be empty.
        changed: Id of a changed record → names of the fields that changed with the values before, relations by id; computed fields too.
    """


@hookspec
def before_delete(env: Environment, model: str, ids: Sequence[int]) -> None:
    """Look at records before they are deleted, into the recycle bin or for good; raise to veto it.

    Called: after the user's right was checked and it is known what goes along, once for each model of a deletion, while the rows are still
        there. It is called very often: see `records_saved`.

    Args:
        env: The environment of the user who deletes.
        model: Name of the model.
        ids: Ids of the records, those of dependent lines too.

    Raises:
        ConflictError: Nothing is deleted; the message is shown.
    """


@hookspec
def records_purged(env: Environment, model: str, ids: Sequence[int]) -> None:
    """Let go of what hangs on records by their number, without a relation: they are gone for good.

    Called: inside the transaction, once for each model, when a deletion is purged from the recycle bin, and when records are deleted
        whose model keeps none (``_recycle = False``). What lies in the bin is not told of, since it may come back; what raises here
        undoes the deletion.

    Args:
        env: The environment of the user who purged or deleted.
        model: Name of the model.
        ids: Ids of the records, whose rows are gone already.
    """


@hookspec
def addon_enabled(env: Environment, addon: Addon) -> None:
    """Act on an addon that was enabled or restored.

    Called: as the system, with the registry that has the addon, after its data were loaded, in the transaction of the
        change.

    Args:
        env: The environment of the system.
        addon: The addon enabled; may be the implementing one.
    """


@hookspec
def addon_disabled(env: Environment, addon: Addon) -> None:
    """Act on an addon that is about to be disabled or removed.

    Called: as the system, with the registry that still has the addon, in the transaction of the change.

    Args:
        env: The environment of the system.
        addon: The addon that goes; may be the implementing one.
    """


@hookspec
def list_links(env: Environment, model: str) -> Sequence[Link] | None:
    """Offer ways from every list of a model: entries of the menu beside its heading, such as "Import".

    Called: whenever a page of records is shown to somebody who may read them; costs a page view, so ask the database nothing.

    Args:
        env: The environment of the user who looks.
        model: Name of the model.

    Returns:
        Only links that this user may follow; the address gets the parameters of the list as its own. None means none.
    """


@hookspec
def batch_links(env: Environment, model: str) -> Sequence[Link] | None:
    """Offer what can be done with the rows selected in a list.

    Called: as `list_links`.

    Args:
        env: The environment of the user who looks.
        model: Name of the model.

    Returns:
        Only what this user may do. Each is a button that posts the selection, which `core.api.selection_of` reads; None means none.
    """


@hookspec
def record_links(env: Environment, model: str, record_id: int) -> Sequence[Link] | None:
    """Offer ways from the page of a record: entries of its menu, such as "Print".

    Called: whenever the page of a saved record is shown to somebody who may read it.

    Args:
        env: The environment of the user who looks.
        model: Name of the model.
        record_id: Id of the record.

    Returns:
        Only links that this user may follow; None means none.
    """


@hookspec
def record_notices(env: Environment, model: str, record_id: int) -> Sequence[Notice] | None:
    """Say something at the head of the page of a record, such as whom it waits for, with buttons for what can be done about it.

    Called: whenever the page of a saved record is shown to somebody who may read it; where there is nothing to say, an addon finds that
        out with one statement at most.

    Args:
        env: The environment of the user who looks.
        model: Name of the model.
        record_id: Id of the record.

    Returns:
        Notices with only those buttons that this user may press; None means none.
    """


@hookspec
def side_tabs(env: Environment, model: str, record_id: int) -> Sequence[Tab] | None:
    """Offer tabs beside a record, next to its history and files.

    Called: when that part of the page of a saved record is fetched.

    Args:
        env: The environment of the user who looks.
        model: Name of the model.
        record_id: Id of the record.

    Returns:
        Tabs with the address that each gets its content from; None means none.
    """


@hookspec
def workbench_panels(env: Environment) -> Sequence[PlacedPanel] | None:
    """Add panels to the workbench of a user besides those in ``views/``: what this user alone put there.

    Called: whenever the workbench is shown or arranged; one statement at most.

    Args:
        env: The environment of the user whose workbench it is.

    Returns:
        Panels, which the user arranges like any other; None means none.
    """


@hookspec
def table_formats() -> Sequence[TableFormat] | None:
    """Offer kinds of files in which lists, charts and pivot tables can be exported, besides CSV.

    Called: whenever a page with an export is shown, and for the export itself.

    Returns:
        Formats; the core checks the rights, reads the rows and notes the export. None means none.
    """


@hookspec(firstresult=True)
def import_file(env: Environment, request: FileImport) -> FileImported | None:
    """Bring in a file for ``tangram import``, whatever its kind and the names of its columns.

    Called: by the command, inside its transaction, for every file but JSON lines; the first addon that answers does it. Without one the
    command itself reads CSV whose columns are named like fields.

    Args:
        env: The environment of the user in whose name the command runs.
        request: The file, the model, and how.

    Returns:
        What became of the rows; None leaves the file to others.

    Raises:
        CoreError: The file or a row is wrong; nothing is saved.
    """


@hookspec(firstresult=True)
def undo_imports(env: Environment, batch: str) -> ImportsUndone | None:
    """Take back all that files of one set brought in, for ``tangram import-set --undo``.

    Called: by the command, inside its transaction; the first addon that answers does it. Who brings sets of files in by ``import_file``
    takes them back here.

    Args:
        env: The environment of the user in whose name the command runs.
        batch: Name of the set, which stood in the requests.

    Returns:
        What became of the records; None leaves the set to others.

    Raises:
        CoreError: Records were changed or used later, or there is nothing to undo; nothing is saved.
    """
