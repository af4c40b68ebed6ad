"""`Lifecycle`: installs, enables, disables, upgrades, removes and restores addons on one database (design 1.12). Layer: data.

Each change is one transaction on both databases, schema included: killed at any moment, the database is as before or as after. Other
processes notice by the registry's sequence at their next transaction; this one puts the new registry in force after the commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from core.data.assemble import Assembly
from core.data.lifecycle import bring, choice, planning, restoring, take
from core.data.lifecycle.archive import Archive
from core.data.lifecycle.change import Change, transaction
from core.data.lifecycle.demo import remove_demo
from core.data.lifecycle.demo_rows import last_ids, note_rows
from core.data.lifecycle.plan import Action, Plan
from core.data.lifecycle.progress import NoProgress, Progress
from core.data.loader import LoadReport
from core.errors import AddonError, DefinitionError
from core.i18n import _
from core.orm import bookkeeping
from core.orm.guard import Services
from core.orm.retry import run_with_retry
from core.plugins.addon import BASE
from core.plugins.addonset import AddonSet

if TYPE_CHECKING:
    from core.orm.database import Database
    from core.orm.environment import Environment
    from core.orm.registry import Registry

T = TypeVar("T")


class Lifecycle:
    """Changes the set of addons of one database.

    Args:
        database: The database.
        addons: Returns all addons known, looked for anew.
        services: What base addon and jobs do for the ORM.
        data_dir: Folder for exports of removed addons (below ``removed``) and where attached files lie (``attachments``).
        adopt: Told of what will be in force before records are made with it.
        progress: Shows how far long work is; None shows nothing.
    """

    def __init__(
        self,
        database: Database,
        addons: Callable[[], AddonSet],
        services: Services,
        *,
        data_dir: Path,
        adopt: Callable[[Assembly], None] | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.database = database
        self.services = services
        self.data_dir = data_dir
        self._addons = addons
        self._adopt = adopt
        self._progress: Progress = progress or NoProgress()

    # Changes ----------------------------------------------------------------------------------------------------------

    def install(
        self,
        names: Iterable[str] = (),
        *,
        demo: bool = False,
        prepare: Callable[[Environment], None] | None = None,
    ) -> list[LoadReport]:
        """Make an empty database usable: base, then ``names`` with all they need, and the system's user.

        Args:
            names: Addons to enable, such as those of a profile.
            demo: Load demo records now, and those of each addon enabled later.
            prepare: Called at the end inside the transaction, such as to make the administrator; with ``demo`` the rows it makes are
                demo rows.

        Raises:
            AddonError: The database is in use already, or an addon can't be used.
        """

        def steps(change: Change) -> list[LoadReport]:
            if choice.enabled(change.states):
                raise AddonError(_("The database is installed already."), code="addon.installed")
            bookkeeping.ensure(change.connection)
            reports = bring.enable(change, self._addons(), self.services, [BASE, *names], demo=demo)
            if prepare is not None and change.assembly is not None:
                registry = change.assembly.registry
                before = last_ids(change.connection, registry) if demo else None
                with change.env(registry) as env:
                    prepare(env)
                if before is not None:
                    note_rows(change.connection, registry, before)
            return reports

        return self._run(steps)

    def enable(self, names: Iterable[str]) -> list[LoadReport]:
        """Enable addons: what they need first, bridges behind; nothing happens for those enabled already.

        Existing records get the defaults of new fields, and of required fields that stayed empty while the addon was disabled; stored
        computed fields are computed for all of them.

        Returns:
            What was loaded, by addon in the order of enabling.

        Raises:
            AddonError: A name is unknown or broken, or a migration failed; nothing has changed.
            DataError: What it ships can't be loaded; nothing has changed.
        """
        chosen = list(names)
        return self._run(lambda change: bring.enable(change, self._addons(), self.services, chosen))

    def disable(self, names: Iterable[str], *, cascade: bool = False) -> list[str]:
        """Disable addons; all their data stay. Returns what was disabled, in that order.

        Args:
            names: The addons.
            cascade: Disable what needs them too (bridges go along anyway).

        Raises:
            AddonError: A name is not enabled, or is the base addon.
            DependencyError: Others need them and ``cascade`` is False.
        """
        chosen = list(names)

        def steps(change: Change) -> list[str]:
            return take.disable(change, self._addons(), self.services, chosen, cascade=cascade)

        return self._run(steps)

    def upgrade(self, names: Iterable[str] | None = None) -> list[LoadReport]:
        """Bring the database to the addons' present files: migrations, schema, records. None means all enabled addons.

        Raises:
            AddonError: A name is not enabled or broken, the files are older than the database, or a migration raised; nothing has
                changed.
            DefinitionError: A column would have to change in a way that could lose values.
            DataError: What is shipped can't be loaded.
        """
        chosen = None if names is None else list(names)
        return self._run(lambda change: bring.upgrade(change, self._addons(), self.services, chosen))

    def remove(self, names: Iterable[str], export_to: Path | None = None, *, cascade: bool = False) -> Path:
        """Remove addons, enabled or disabled, with all their data, after writing an export that `restore` brings back.

        Args:
            names: The addons.
            export_to: File or folder of the export; None makes one below ``removed`` of the data folder.
            cascade: Remove what needs them too (bridges go along anyway).

        Returns:
            Path of the export.

        Raises:
            AddonError: A name is not in the database, or is the base addon.
            DependencyError: Others need them and ``cascade`` is False.
            ConflictError: Records of others refer to what would go, with ``restrict``; named with numbers.
        """
        chosen = list(names)

        def steps(change: Change) -> Path:
            return take.remove(change, self._addons(), self.services, chosen, self.data_dir, export_to, cascade=cascade)

        return self._run(steps, rewrite=True)

    def restore(self, archive: Path) -> list[str]:
        """Bring back what `remove` exported: enabled again, the same records under the same ids.

        Returns:
            What could not be brought back because it meanwhile lost what it referred to, one line each; usually empty.

        Raises:
            ConflictError: The export is damaged, of another kind of database or another version, or its addons are in the database
                already; nothing has changed.
        """

        def steps(change: Change) -> list[str]:
            addons = self._addons()
            with Archive.open(archive) as opened:
                restoring.check(opened, change, addons)
                lost: list[str] = []

                def fill(registry: Registry) -> None:
                    lost.extend(restoring.fill(opened, change, registry, self.data_dir))

                back = bring.Back(fill, restoring.data_of(opened), restoring.known_up_to(opened))
                bring.enable(change, addons, self.services, opened.names, back=back)
            return lost

        return self._run(steps, rewrite=True)

    def remove_demo(self) -> dict[str, int]:
        """Delete all demo records and what can't be without them, such as contracts of their customers.

        Returns:
            How many rows went, by table.

        Raises:
            ConflictError: The database has no demo records.
        """
        return self._run(remove_demo, rewrite=True)

    def plan(
        self, action: Action, names: Iterable[str] = (), *, cascade: bool = True, archive: Path | None = None
    ) -> Plan:
        """Return what a change would do; changes nothing. See `core.data.lifecycle.planning`."""
        with transaction(self.database, rewrite=False) as connection:
            change = Change(self.database, connection, NoProgress())
            return planning.make_plan(
                change, self._addons(), self.services, action, list(names), cascade=cascade, archive=archive
            )

    # Running ----------------------------------------------------------------------------------------------------------

    def _run(self, steps: Callable[[Change], T], *, rewrite: bool = False) -> T:
        def attempt() -> T:
            try:
                return self._attempt(steps, rewrite=rewrite)
            except DefinitionError as error:
                # Only now it shows that SQLite has to rewrite a table, for which foreign keys must be off from the start.
                if rewrite or error.code != "definition.schema_transaction":
                    raise
                return self._attempt(steps, rewrite=True)

        return run_with_retry(attempt, attempts=3)

    def _attempt(self, steps: Callable[[Change], T], *, rewrite: bool) -> T:
        change: Change | None = None
        try:
            with transaction(self.database, rewrite=rewrite) as connection:
                change = Change(self.database, connection, self._progress, self._adopt)
                result = steps(change)
        except BaseException:
            for callback in change.after_rollback if change is not None else ():
                callback()
            raise
        if change.assembly is not None:
            self.database.use(change.assembly.registry)
        for callback in change.after_commit:
            callback()
        return result
