"""Each shipped profile installs its addons and nothing else: no table, column, menu or word of the others (one installation each)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.app import Application
from core.cli.profiles import addons_of_profile
from core.orm.environment import Environment
from core.orm.registry import Registry
from core.plugins import BASE, discover
from core.testing.client import Client
from core.views.menus import Menu
from core.web.languages import Translators
from tests.integration.cli.conftest import Terminal

ROOT = Path(__file__).resolve().parents[3]
PASSWORD = "long enough"
CHOSEN = {
    "retail": {"crm_loyalty", "crm_stock", "crm_sales"},
    "trading": {"crm_finance", "crm_expense", "crm_stock", "crm_sales"},
    "service": {"crm_service"},
}
"""What each profile is about."""
WORDS = {
    "crm_approval": ("审批",),
    "crm_competitor": ("对手产品", "竞品"),
    "crm_expense": ("报销",),
    "crm_finance": ("应收账款", "发票"),
    "crm_loyalty": ("积分", "礼品"),
    "crm_price": ("限价", "价格策略"),
    "crm_sales": ("合同", "报价", "商机", "漏斗"),
    "crm_service": ("工单", "维修", "投诉"),
    "crm_stock": ("仓库", "库存", "盘点"),
}
"""What users know an addon by."""
OWN = {"core.model_right.operation"}
"""Where such a word means something else: the right to approve is one of the framework's, whatever asks for it."""
PAGES = {
    "crm_base": (
        "/",
        "/records/crm.customer",
        "/records/crm.customer/new",
        "/records/crm.activity?view=kanban",
        "/records/crm.activity.kind/new",
        "/x/crm_base/reclaim",
        "/help/crm_base",
    ),
    "crm_product": ("/records/crm.product/new", "/help/crm_product"),
    "crm_sales": ("/records/crm.order/new", "/records/crm.order?view=kanban"),
    "crm_stock": ("/records/crm.stock.document/new",),
}


class Owners:
    """Which addon each table and each column of a database with all addons comes from."""

    def __init__(self, registry: Registry) -> None:
        self.tables: dict[str, str] = {}
        self.columns: dict[str, dict[str, str]] = {}
        for info in registry.models.values():
            if info.abstract:
                continue
            self.tables[info.table.name] = info.addon
            owned = self.columns.setdefault(info.table.name, {})
            for field in info.fields.values():
                if (joining := getattr(field, "relation_table", None)) is not None:
                    self.tables[joining.name] = field.addon
                elif field.column is not None:
                    owned[field.column] = field.addon
            metadata = info.table.metadata
        for name in metadata.tables.keys() - self.tables.keys():
            self.tables[name] = next(addon for addon in registry.addons if name.startswith(f"{addon}_"))


def open_profile(name: str, url: str, folder: Path) -> Terminal:
    """Install a profile by the command."""
    terminal = Terminal(folder)
    terminal.configure(url)
    terminal("init", "--profile", name, "--admin-password", PASSWORD)
    return terminal


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """The profile of all addons, installed once."""
    folder = tmp_path_factory.mktemp("full")
    terminal = open_profile("full", f"sqlite:///{folder / 'full.db'}", folder)
    yield terminal
    terminal.forget()


@pytest.fixture(scope="module")
def owners(full: Terminal) -> Owners:
    """The origin of all tables and columns."""
    with full.app.env("admin", readonly=True) as env:
        return Owners(env.registry)


def expected_addons(profile: str) -> set[str]:
    """Return what a profile enables: what it names, what that needs, and the bridges between them."""
    addons = discover(installed=())
    found = {each.name for each in addons.with_dependencies([BASE, *addons_of_profile(profile, ROOT, addons)])}
    while more := {each.name for each in addons if each.manifest.bridge and found >= set(each.depends)} - found:
        found |= more
    return found


def tables_of(env: Environment) -> set[str]:
    """Return the tables of the database, without those that the framework keeps for itself or for searching."""
    names = sa.inspect(env.connection).get_table_names()
    return {name for name in names if "_fts" not in name and not name.startswith("tangram_")}


def texts_of(env: Environment, text: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    """Yield where a word could stand that no page of ``PAGES`` shows, and what stands there."""
    for info in env.registry.models.values():
        yield info.name, text(info.label)
        for field in info.fields.values():
            yield f"{info.name}.{field.name}", text(field.label)
            for label in getattr(field, "options", {}).values():
                yield f"{info.name}.{field.name}", text(label)
    for model in ("core.dictionary", "core.dictionary.item", "core.group"):
        for record in env[model].search():
            yield f"{model} {record.id}", record.display_name


def menus_of(level: Iterable[Menu]) -> Iterator[Menu]:
    """Yield menus with all below them."""
    for menu in level:
        yield menu
        yield from menus_of(menu.children)


def found_in(text: str, words: Iterable[str]) -> list[str]:
    """Return the words that stand in a text."""
    return [word for word in words if word in text]


def words_without(enabled: set[str]) -> list[str]:
    """Return the words of the addons that are not enabled."""
    return [word for addon, words in WORDS.items() if addon not in enabled for word in words]


def leaks(app: Application, enabled: set[str]) -> dict[str, list[str]]:
    """Return each place with the words of absent addons that stand in it."""
    words = words_without(enabled)
    places: dict[str, list[str]] = {}
    with app.env("admin") as env:
        env.user.update(language="zh_CN", must_change_password=False)
        env.flush()
        translate = Translators().of(env.registry)
        for place, text in texts_of(env, lambda text: translate.text(text, "zh_CN")):
            places[place] = places.get(place, []) + found_in(text, words)
        for menu in menus_of(env.registry.views.menus):
            foreign = [menu.id] if menu.id.partition(".")[0] not in enabled else []
            places[menu.id] = foreign + found_in(translate.text(menu.label, "zh_CN"), words)
    client = Client(app, "admin")
    for path in (path for addon, paths in PAGES.items() if addon in enabled for path in paths):
        answer = client.request("GET", path, headers={"Accept": "text/html"})
        assert answer.status_code == 200, path
        assert "客户" in answer.text
        places[path] = found_in(answer.text, words)
    return {place: found for place, found in places.items() if found and place not in OWN}


def misplaced(env: Environment, owners: Owners, enabled: set[str]) -> dict[str, set[str]]:
    """Return the columns of absent addons that tables of the others have."""
    inspector = sa.inspect(env.connection)
    found = {}
    for table in tables_of(env):
        foreign = {name for name, addon in owners.columns.get(table, {}).items() if addon not in enabled}
        found[table] = foreign & {column["name"] for column in inspector.get_columns(table)}
    return {table: names for table, names in found.items() if names}


@pytest.mark.parametrize(
    ("profile", "engine"),
    [("retail", "sqlite"), ("retail", "postgresql"), ("trading", "sqlite"), ("service", "sqlite")],
)
def test_a_profile_brings_its_addons_and_no_trace_of_others(
    profile: str, engine: str, owners: Owners, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if engine == "sqlite":
        url = f"sqlite:///{tmp_path / 'profile.db'}"
    else:
        url = request.getfixturevalue("create_postgres_database")()
    terminal = open_profile(profile, url, tmp_path)
    enabled = expected_addons(profile)
    try:
        with terminal.app.env("admin", readonly=True) as env:
            assert set(env.registry.addons) == enabled
            assert {name for name in WORDS if name in enabled} == CHOSEN[profile]
            assert tables_of(env) == {table for table, addon in owners.tables.items() if addon in enabled}
            assert misplaced(env, owners, enabled) == {}
        assert leaks(terminal.app, enabled) == {}
    finally:
        terminal.forget()


def test_the_full_profile_has_the_tables_and_words_of_all(full: Terminal, owners: Owners) -> None:
    with full.app.env("admin", readonly=True) as env:
        assert set(env.registry.addons) == expected_addons("full") >= WORDS.keys()
        assert tables_of(env) == owners.tables.keys()
        translate = Translators().of(env.registry)
        texts = "\n".join(text for _at, text in texts_of(env, lambda text: translate.text(text, "zh_CN")))
        assert {addon for addon, words in WORDS.items() if not found_in(texts, words)} == set()
