"""The workloads with trytond, on tables of its own in the same database, with a rule that limits its user to the team's rows."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import common
import rows
import trytond.modules
from trytond import config

ORDER = common.order()
SQLITE = ORDER["engine"] == "sqlite"
MODULE = "tangram_bench"
shutil.copytree(Path(__file__).with_name(MODULE), Path(trytond.modules.__file__).with_name(MODULE), dirs_exist_ok=True)
if SQLITE:
    config.set("database", "uri", "sqlite://")
    config.set("database", "path", str(Path(ORDER["database"]).parent))
else:
    config.set("database", "uri", f"postgresql://{ORDER['user']}@/?host={ORDER['host']}")
NAME = Path(ORDER["database"]).stem if SQLITE else ORDER["database"]

# Both read the configuration when they are imported.
from trytond import backend  # noqa: E402
from trytond.pool import Pool  # noqa: E402
from trytond.transaction import Transaction  # noqa: E402


def install() -> None:
    """Make Tryton's tables beside ours, and the module's."""
    database = backend.Database(NAME).connect()
    connection = database.get_connection()
    database.init()
    connection.commit()
    database.put_connection(connection)
    Pool.start()
    pool = Pool(NAME)
    pool.init(update=["ir", "res"], lang=["en"])
    with Transaction().start(NAME, 0):
        modules = pool.get("ir.module")
        modules.update_list()
        modules.activate(modules.search([("name", "=", MODULE)]))
    pool.init(update=[MODULE], lang=["en"])


def people() -> dict[int, int]:
    """Make the team's users, the rule, and the rows of the large table; return our ids → theirs, the leader first."""
    pool = Pool(NAME)
    with Transaction().start(NAME, 0, context={"_check_access": False}) as transaction:
        users = pool.get("res.user")
        made = users.create([{"name": f"user {number}", "login": f"user{number}"} for number in ORDER["everybody"]])
        ids = dict(zip(ORDER["everybody"], (user.id for user in made), strict=True))
        team = [ids[number] for number in ORDER["team"]]
        for name in ("tangram.part", "tangram.customer"):
            condition = f'[["owner", "in", {team}]]'
            group = {"name": name, "model": name, "global_p": True, "perm_read": True, "perm_write": True}
            pool.get("ir.rule.group").create([{**group, "rules": [("create", [{"domain": condition}])]}])
        pool.get("tangram.country").create([{"name": f"country {number}"} for number in range(50)])
        cursor = transaction.connection.cursor()
        columns = "name, name_fuzzy, kind, city, turnover"
        cases = " ".join(f"WHEN {ours} THEN {theirs}" for ours, theirs in ids.items())
        cursor.execute(
            f"INSERT INTO tangram_customer (id, {columns}, owner) "
            f"SELECT id, {columns}, CASE owner_id {cases} END FROM bench_customer"
        )
        cursor.execute("ANALYZE")
    return ids


install()
IDS = people()
LEADER = IDS[ORDER["leader"]]
with Transaction().start(NAME, 0):
    COUNTRIES = [country.id for country in Pool(NAME).get("tangram.country").search([])]


def session(*, readonly: bool = False) -> Any:
    """A transaction of the leader, with access rules."""
    return Transaction().start(NAME, LEADER, readonly=readonly, context={"_check_access": True})


def parts() -> Any:
    """The model of parts."""
    return Pool(NAME).get("tangram.part")


def create(clock: common.Clock) -> None:
    """Make all parts with one call."""
    with Transaction().start(NAME, 0) as transaction:
        transaction.connection.cursor().execute("DELETE FROM tangram_part")
    given = rows.parts(ORDER["number"], [IDS[number] for number in ORDER["team"]], COUNTRIES)
    given = [{key.removesuffix("_id"): value for key, value in row.items()} for row in given]
    with clock, session():
        parts().create(given)


def read(clock: common.Clock) -> None:
    """Read all parts with two names; archived ones too, as everywhere."""
    names = [*common.STAMPED[:4], *common.STAMPED[5:], "country.rec_name", "owner.rec_name"]
    with session(readonly=True), Transaction().set_context(active_test=False), clock:
        found = parts().search_read([], limit=ORDER["number"], order=[("id", "ASC")], fields_names=names)
    assert len(found) == ORDER["number"]


def update(clock: common.Clock) -> None:
    """Change and save every part."""
    with session(), Transaction().set_context(active_test=False):
        loaded = parts().search([], limit=ORDER["number"], order=[("id", "ASC")])
        assert sum(part.quantity for part in loaded)
        with clock:
            for part in loaded:
                part.quantity += 1
                part.save()


def page(clock: common.Clock) -> None:
    """Fetch a page for each text."""
    names = ["name", "kind", "city", "turnover", "owner.rec_name"]
    customers, owner = Pool(NAME).get("tangram.customer"), IDS[ORDER["owner"]]
    with session(readonly=True), clock:
        for text in ORDER["texts"]:
            domain = [("name_fuzzy", "like", common.pattern(text)), ("owner", "=", owner)]
            order = [("name", "ASC"), ("id", "ASC")]
            customers.search_read(domain, limit=ORDER["page"], order=order, fields_names=names)


work = {"create": create, "read": read, "update": update, "page": page}
common.answer({name: common.measure(function, ORDER["rounds"]) for name, function in work.items()})
