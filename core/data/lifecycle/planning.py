"""Works out what a change of addons will do, without doing it (design 1.12). Layer: data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from core.data.assemble import Assembly
from core.data.lifecycle import choice, columns, removal, restoring
from core.data.lifecycle.archive import Archive
from core.data.lifecycle.change import Change
from core.data.lifecycle.migrations import migrations_of
from core.data.lifecycle.plan import Action, Plan, Step
from core.data.lifecycle.ready import assemble_ready
from core.data.lifecycle.shipping import specs_of
from core.data.references import foreign_keys
from core.errors import CoreError
from core.i18n import _
from core.orm import schema
from core.orm.bookkeeping import TABLE_ITSELF
from core.orm.guard import Services
from core.orm.schema.drop import plan_drops
from core.plugins.addon import BASE, Addon
from core.plugins.addonset import AddonSet

# Measured on two cores with SQLite; good for "seconds or minutes?", not more.
_SECONDS_BUILD, _SECONDS_TABLE, _SECONDS_RECORD, _SECONDS_ROW = 0.5, 0.02, 0.002, 0.00002


def make_plan(
    change: Change,
    addons: AddonSet,
    services: Services,
    action: Action,
    names: Sequence[str],
    *,
    cascade: bool = True,
    archive: Path | None = None,
) -> Plan:
    """Return the plan of a change; what would refuse it stands in `Plan.refusals`, nothing is raised.

    Args:
        change: In a transaction that is only read from.
        addons: All addons known.
        services: As for `core.data.assemble.assemble`.
        action: What would be done.
        names: The addons; for ``upgrade`` none means all, for ``restore`` they are those of the archive.
        cascade: For ``disable`` and ``remove``: whether what needs them goes along.
        archive: For ``restore``: the export.
    """
    plan = Plan(action, tuple(names))
    try:
        planner = _Planner(change, addons, services, plan)
        if action in ("disable", "remove"):
            planner.take_away(cascade)
        elif action == "restore":
            planner.restore(archive)
        else:
            planner.bring()
    except CoreError as error:
        plan.refusals.extend(error.faults or [error])
    rows = sum(step.rows or 0 for step in plan.steps)
    records = sum(step.rows or 0 for step in plan.of_kind("records"))
    tables = len({step.table for step in plan.steps if step.table})
    plan.seconds = round(_SECONDS_BUILD + tables * _SECONDS_TABLE + records * _SECONDS_RECORD + rows * _SECONDS_ROW, 1)
    return plan


class _Planner:
    """Collects the steps; lives only that long."""

    def __init__(self, change: Change, addons: AddonSet, services: Services, plan: Plan) -> None:
        self.change = change
        self.addons = addons
        self.services = services
        self.plan = plan

    def bring(self) -> None:
        """Plan to install, enable or upgrade."""
        plan, states = self.plan, self.change.states
        present = choice.enabled(states)
        upgraded: list[Addon] = []
        names = list(plan.names)
        if plan.action == "install":
            names = [BASE, *names]
        elif plan.action == "upgrade":
            names = names or [name for name in present if name in self.addons and not self.addons[name].is_broken]
            upgraded = self.addons.sorted(names)
        new = choice.to_enable(self.addons, states, names)
        choice.versions_ahead([*upgraded, *new], states)
        chosen = [*upgraded, *new]
        plan.addons = [addon.name for addon in chosen]
        plan.cascaded = [name for name in plan.addons if name not in names]
        for addon in chosen:
            name = addon.name
            text = _("upgrade %(name)s", name=name) if addon in upgraded else _("enable %(name)s", name=name)
            self.step("addon", name, text)
        assembly = self.assembled([*present, *(addon.name for addon in new)])
        plan.refusals += [assembly.broken[name] for name in plan.addons if name in assembly.broken]
        self.migrations(chosen)
        self.tables(assembly, plan.addons)
        for addon in chosen:
            if addon.name not in assembly.broken:
                self.records(assembly, addon)
        self.views(assembly)

    def restore(self, archive: Path | None) -> None:
        """Plan to restore an archive."""
        if archive is None:
            return
        with Archive.open(archive) as opened:
            restoring.check(opened, self.change, self.addons)
            self.plan.names = tuple(opened.names)
            self.bring()
            for kind in ("tables", "columns", "rows"):
                for table in opened.parts(kind):
                    facts = opened.facts(f"{kind}/{table}")
                    text = _("bring back %(count)s rows of %(table)s", count=facts["rows"], table=table)
                    self.step("records", opened.names[0], text, table, facts["rows"])

    def take_away(self, cascade: bool) -> None:
        """Plan to disable or remove."""
        plan, states = self.plan, self.change.states
        present = choice.enabled(states)
        among = present if plan.action == "disable" else list(states)
        try:
            going = choice.with_dependents(self.addons, states, plan.names, cascade=cascade, among=among)
        except CoreError as error:
            plan.refusals.extend(error.faults or [error])
            going = choice.with_dependents(self.addons, states, plan.names, cascade=True, among=among)
        plan.addons = going
        plan.cascaded = [name for name in going if name not in plan.names]
        for name in going:
            disables = plan.action == "disable"
            self.step("addon", name, _("disable %(name)s", name=name) if disables else _("remove %(name)s", name=name))
        assembly = self.assembled([name for name in present if name not in going])
        self.views(assembly)
        if plan.action == "remove":
            self.drops(assembly, going)
        else:
            self.references(assembly, going)

    def step(self, kind: str, addon: str, text: object, table: str | None = None, rows: int | None = None) -> None:
        """Add a step."""
        self.plan.steps.append(Step(kind, addon, text, table, rows))  # type: ignore[arg-type]  # callers write literals

    def assembled(self, names: Iterable[str]) -> Assembly:
        upgrading = self.plan.addons
        return assemble_ready(
            self.addons,
            names,
            self.services,
            self.change.connection,
            compositions=self.change.database.compositions,
            upgrading=upgrading,
        )

    def migrations(self, addons: Sequence[Addon]) -> None:
        for addon in addons:
            state = self.change.states.get(addon.name)
            for migration in migrations_of(addon, state.version) if state is not None else ():
                text = _("migrate %(name)s to %(version)s", name=addon.name, version=migration.version)
                self.step("migration", addon.name, text)

    def tables(self, assembly: Assembly, names: Sequence[str]) -> None:
        """Tables and columns, with the rows they concern, and what is computed for existing records."""
        registry = assembly.registry
        planned = schema.plan_changes(
            self.change.connection, registry.metadata, columns.concerned_tables(registry, names), count_rows=True
        )
        owners = columns.owners(registry, names)
        for step in planned:
            kind = {"create_table": "table", "add_column": "column", "blocked": "conflict"}.get(step.kind, "schema")
            owner = owners.get((step.table, step.name)) or owners[step.table, TABLE_ITSELF]
            self.step(kind, owner, step.description, step.table, step.rows)
        created = {step.table for step in planned if step.kind == "create_table"}
        for model, fields in columns.computed_by(registry, names).items():
            info = registry[model]
            if info.table.name not in created:
                text = _("compute %(fields)s of %(label)s", fields=", ".join(fields), label=info.label)
                self.step("recompute", info.fields[fields[0]].addon, text, info.table.name)

    def records(self, assembly: Assembly, addon: Addon) -> None:
        base = self.change.states.get(BASE)
        specs = specs_of(assembly.registry, addon, demo=bool(base and base.data.get("demo")))
        if specs:
            text = _("load %(count)s records of %(name)s", count=len(specs), name=addon.name)
            self.step("records", addon.name, text, None, len(specs))

    def views(self, assembly: Assembly) -> None:
        """Patches, views and rules that fit now and will not any more, and addons that break."""
        if not self.change.states:
            return
        old = self.change.database.registry_for(self.change.connection)
        before = {str(fault) for fault in old.views.faults} if old.views is not None else set()
        views = assembly.registry.views
        for fault in views.faults if views is not None else ():
            if str(fault) not in before:
                text = _("%(fault)s (%(place)s)", fault=fault.message, place=str(fault.where))
                self.step("view", fault.where.addon or "", text)
        for name, error in assembly.broken.items():
            if name in old.addons and name not in self.plan.addons:
                self.step("conflict", name, error.message)

    def drops(self, assembly: Assembly, going: Sequence[str]) -> None:
        """What is exported and dropped, and which rows of others follow."""
        connection = self.change.connection
        found = removal.survey(connection, going, assembly.registry)
        for drop in plan_drops(connection, found.tables, found.columns):
            self.step("drop", going[-1], drop.description, drop.table, drop.rows)
        for table, ids in found.closure.deleted.items():
            text = _("delete %(count)s rows of %(table)s", count=len(ids), table=table)
            self.step("reference", going[-1], text, table, len(ids))
        for table, links in found.closure.links.items():
            text = _("delete %(count)s rows of %(table)s", count=len(links), table=table)
            self.step("reference", going[-1], text, table, len(links))
        for (table, column), rows in found.closure.cleared.items():
            text = _("empty %(table)s.%(column)s in %(count)s rows", table=table, column=column, count=len(rows))
            self.step("reference", going[-1], text, table, len(rows))
        self.plan.refusals += removal.refusals(connection, found)

    def references(self, assembly: Assembly, going: Sequence[str]) -> None:
        """Foreign keys of the addons that stay in the database though their addon is disabled: what deleting then does."""
        known = assembly.registry.metadata.tables
        for key in foreign_keys(self.change.connection):
            if key.target in known and not (key.table in known and key.column in known[key.table].c):
                text = _(
                    "rows of %(table)s.%(column)s go on referring to %(target)s: %(ondelete)s",
                    table=key.table,
                    column=key.column,
                    target=key.target,
                    ondelete=key.ondelete,
                )
                self.step("reference", going[-1], text, key.table)
