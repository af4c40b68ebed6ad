"""Each check of the contract suite passes on a sound addon, and on a broken one says what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import write_po

from core.i18n.catalogs import read_catalog
from core.i18n.extract import areas, update
from core.plugins import discover
from core.testing.checks import Subject, UnusableError
from core.testing.contract import AddonContract
from core.testing.contract_fixtures import CHECKS
from core.testing.installation import Installations, SqliteEngine, TestedApplication
from tests.integration.testing.sound import SOUND, replaced, write_addons

Changes = dict[str, str | None]
THING = "models/thing.py"
VIEWS = "views/thing.yaml"
ACCESS = "security/access.yaml"

# Check → what to break, and words that its message must have.
BROKEN: list[tuple[str, Changes, tuple[str, ...]]] = [
    ("structure.manifest_is_valid", replaced("manifest.yaml", ("summary", "sumary")), ("manifest.yaml:2", "sumary", "summary")),
    ("structure.manifest_is_valid", replaced("manifest.yaml", ("category: Test", "")), ("manifest.yaml", '"category"')),
    ("structure.addon_can_be_loaded", replaced(THING, ("_label", "import nothing_of_that_name\n            _label")), ("thing.py", "nothing_of_that_name")),
    ("structure.addon_can_be_loaded", replaced("manifest.yaml", ("[ground]", "[grund]")), ("grund", 'did you mean "ground"')),
    ("structure.addon_can_be_loaded", replaced(THING, ('Many2one("test.place")', 'Many2one("test.plaice")')), ("test.plaice", "test.place")),
    ("structure.imports_are_declared", replaced(THING, ("from core.api", "from core.orm.model import Model as _M\n        from core.api")), ("models/thing.py:", "core.orm.model", "core.api")),
    ("structure.imports_are_declared", {"hooks.py": SOUND["hooks.py"].replace("from core.api", "from addons.ground.models import place as _p\n        from core.api")}, ("hooks.py:", "addons.ground.api")),
    ("structure.references_are_declared", replaced(VIEWS, ("[sound.keeper]", "[sound.keeper]"), ("label: Things,", "label: Things, icon: crm_sales.menu,")), ("views/thing.yaml", "add crm_sales")),
    ("structure.dependencies_are_used", replaced("manifest.yaml", ("[ground]", "[ground, crm_base]")), ("crm_base", "take it out")),
    ("structure.dependencies_are_used", replaced("manifest.yaml", ("[ground]", "[ground, base]")), ("base", "without saying so")),
    ("structure.files_are_loaded", {"view/more.yaml": "views: []\n"}, ("view:", "rename it to views")),
    ("structure.files_are_loaded", {"views/more.xml": "<x/>\n"}, ("views/more.xml", ".yaml")),
    ("structure.files_are_loaded", {"data/for/x.yaml": "{}\n"}, ("data/for/x.yaml", "named like the addon")),
    ("structure.files_are_loaded", {"data/for/crm_bass/x.yaml": "{}\n"}, ("data/for/crm_bass", "crm_base")),
    ("structure.files_are_loaded", {"security/more/access.yaml": "access: {}\n"}, ("security/more/access.yaml", "move it up")),
    ("structure.package_has_a_docstring", {"__init__.py": "import os\n"}, ("__init__.py", "docstring")),
    ("structure.package_has_a_docstring", {"__init__.py": '"""Things."""\n\nimport os\n'}, ("__init__.py:3", "move this code")),
    ("structure.readme_is_present", {"README.md": None}, ("README.md is missing",)),
    ("structure.readme_is_present", {"README.md": "words\n"}, ("begin with a title", )),
    ("structure.tests_use_no_demo_data", {"tests/test_demo.py": 'def test_it(env):\n    env.ref("sound.demo_thing")\n'}, ("tests/test_demo.py:2", "sound.demo_thing", "create_")),
    ("models.models_have_labels", replaced(THING, ('_label = "Thing"\n', "\n")), ("test.thing", "_label")),
    ("models.models_have_labels", replaced(THING, ('"lost": "Lost"', '"lost": " "')), ("test.thing.state", '"lost"')),
    ("models.models_have_docstrings", replaced(THING, ('"""Something that lies somewhere."""\n', "\n")), ("test.thing", "class Thing")),
    ("models.selections_are_sound", replaced(THING, ('default="here"', 'default="her"')), ("test.thing.state", '"her"', '"here"')),
    ("models.actions_are_sound", replaced(THING, ('label="Lose"', 'label="Lose", groups=["sound.keper"]')), ("test.thing.lose", "sound.keeper")),
    ("models.actions_are_sound", replaced(THING, ('label="Lose"', 'label=""')), ("test.thing.lose", "label")),
    ("models.defaults_work", replaced(THING, ("default=today", "default=lambda: 1 / 0")), ("test.thing.found", "ZeroDivisionError")),
    ("models.defaults_work", replaced(THING, ("default=today", 'default="soon"')), ("test.thing.found", "soon")),
    ("models.computed_fields_work", replaced(THING, ('(self.name or "")', "self.name")), ("test.thing.words", "_compute_words", "missing values")),
    ("models.relations_lead_somewhere", replaced(THING, ("thing_kind", "thing_sort")), ("test.thing.kind", "thing_sort", "data/")),
    ("models.relations_lead_somewhere", replaced("data/kinds.yaml", ("code: test.thing,", "code: test.things,")), ("test.thing.number", "numbering rule")),
    ("models.models_can_be_read", replaced(THING, ("words = fields.Integer", "display_name = property(lambda self: 1 / 0)\n            words = fields.Integer")), ("test.thing", "ZeroDivisionError")),
    ("access.models_have_access", replaced(ACCESS, ("test.thing: {ground.user: r, sound.keeper: crud}", "test.place: {sound.keeper: r}")), ("test.thing", "base.user: r")),
    ("access.groups_are_there", replaced(ACCESS, ("ground.user: r,", "elsewhere.user: r,")), ("security/access.yaml", "elsewhere.user")),
    ("access.groups_are_labelled", replaced(ACCESS, ("label: Keeper", 'label: " "')), ("security/access.yaml", "sound.keeper")),
    ("access.rules_compile", replaced(ACCESS, ('["state", "=", here]', '["found", "=", "{{ user.name }}"]')), ("sound.found", "ground.user")),
    ("views.views_are_valid", replaced(VIEWS, ("[name, kind, place]", "[name, kint, place]")), ("views/thing.yaml:", "kint", '"kind"')),
    ("views.patches_find_their_targets", replaced(VIEWS, ("after: field/name", "after: field/nam")), ("field/nam", "field/name")),
    ("views.patches_find_their_targets", replaced(VIEWS, ("inherit: ground.place_form", "inherit: ground.place_from")), ("ground.place_from", "ground.place_form")),
    ("views.views_are_reachable", replaced(VIEWS, ("          - id: sound.place_form", "          - {id: sound.thing_other, type: form, model: test.thing, body: [name]}\n          - id: sound.place_form")), ("sound.thing_other", "shown nowhere")),
    ("views.menus_can_be_used", replaced(VIEWS, ("[sound.keeper]", "[base.user]")), ("sound.menu", "base.user", "may not read test.thing")),
    ("texts.texts_are_translated", {"i18n/zh_CN.po": ""}, ("Thing", "extract --update sound")),
    ("texts.hooks_match_specifications", replaced("hooks.py", ("def place_left(place)", "def place_lefd(place)")), ("place_lefd", "place_left")),
    ("texts.hooks_match_specifications", replaced("hooks.py", ("def place_left(place)", "def place_left(plaice)")), ("plaice", "place")),
    ("texts.hooks_offered_are_documented", replaced("README.md", ("`thing_lost(thing)`", "one")), ("README.md", "thing_lost")),
    ("texts.hooks_offered_are_documented", replaced("hookspecs.py", ('"""Act on a thing that is lost."""', "pass")), ("hookspecs.py", "thing_lost", "docstring")),
    ("lifecycle.migrations_are_named_by_versions", {"migrations/first.py": "def after(env): pass\n"}, ("migrations/first.py", "version")),
    ("lifecycle.migrations_are_named_by_versions", {"migrations/2.0.0.py": "def after(env): pass\n"}, ("migrations/2.0.0.py", "1.0.0")),
    ("lifecycle.migrations_are_named_by_versions", {"migrations/0.9.py": "x = 1\n"}, ("migrations/0.9.py", "before(env)")),
    ("lifecycle.demo_loads", {"demo/things.yaml": "test.thing: [{id: sound.demo_thing, name: A thing, place: sound.atic}]\n"}, ("demo/things.yaml:1", "sound.attic")),
    ("lifecycle.demo_loads", {"demo/things.yaml": "test.thing: []\n"}, ("demo/ holds no record",)),
    ("lifecycle.can_be_disabled_and_enabled", {"hooks.py": SOUND["hooks.py"] + "\n\n        @hookimpl\n        def addon_disabled(env, addon):\n            raise ValueError\n"}, ("hooks.py:", "ValueError")),
]  # fmt: skip

NO_SAMPLE = {
    # Nothing an addon can write makes these fail unless the core is wrong; they were seen to fail on a core with a fault.
    "lifecycle.data_loads_twice_without_change",
    "lifecycle.leaves_nothing_when_removed",
}


@pytest.fixture(scope="module")
def base_template(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with the base addon only."""
    folder = tmp_path_factory.mktemp("base")
    return Installations(folder, lambda _name: SqliteEngine(folder)).template("base", "sqlite")


@pytest.fixture
def installations(tmp_path: Path, base_template: str) -> Iterator[Installations]:
    """Databases on SQLite for addons in ``tmp_path/addons``."""
    folder = tmp_path / "run"
    folder.mkdir()
    engine = SqliteEngine(folder)
    made = Installations(folder, lambda _name: engine, [tmp_path / "addons"], {("base", "sqlite"): base_template})
    yield made
    made.close()


@pytest.fixture
def faults_of(tmp_path: Path, installations: Installations) -> Callable[[str, Changes], list[str]]:
    """Return the faults that a check finds in the sound addon with some files changed."""

    def find(name: str, changes: Changes) -> list[str]:
        write_addons(tmp_path / "addons", changes)
        return run(name, subject_in(tmp_path / "addons"), installations)

    return find


def subject_in(folder: Path) -> Subject:
    return Subject("sound", discover([folder], installed=()))


def run(name: str, subject: Subject, installations: Installations) -> list[str]:
    check = CHECKS[name]
    needs = list(check.__annotations__)
    if "env" in needs:
        app: TestedApplication = installations.application("sound", "sqlite")
        with app.env() as system:
            admin = system.database.resolve_user(system, "admin")
        with app.shared.rolled_back(admin) as env:
            return list(check(subject, env))
    if "app" in needs:
        url = installations.empty("sqlite") if name == "lifecycle.demo_loads" else installations.copy("sound", "sqlite")
        app = installations.open(url)
        try:
            return list(check(subject, app))
        finally:
            app.close()
    return list(check(subject))


@pytest.mark.parametrize(
    ("name", "changes", "words"), BROKEN, ids=[f"{at}-{case[0]}" for at, case in enumerate(BROKEN)]
)
def test_a_broken_addon_is_told_what_to_do(
    name: str, changes: Changes, words: tuple[str, ...], faults_of: Callable[[str, Changes], list[str]]
) -> None:
    faults = faults_of(name, changes)
    assert faults
    told = "\n".join(faults)
    assert [word for word in words if word not in told] == [], told


def test_a_sound_addon_passes_every_check(tmp_path: Path, installations: Installations) -> None:
    write_addons(tmp_path / "addons")
    subject = subject_in(tmp_path / "addons")
    translate(subject)
    faults = {name: run(name, subject, installations) for name in CHECKS}
    assert {name: found for name, found in faults.items() if found} == {}


def translate(subject: Subject) -> None:
    """Write some Chinese for every text of the sound addon."""
    area = next(area for area in areas(subject.addons) if area.name == "sound")
    update(area, "zh_CN")
    path = area.locale / "zh_CN.po"
    catalog = read_catalog(path)
    for message in catalog:
        message.string = f"译 {message.id}" if message.id else message.string
    with path.open("wb") as file:
        write_po(file, catalog)


def test_every_check_has_a_broken_sample() -> None:
    assert set(CHECKS) == {name for name, _changes, _words in BROKEN} | NO_SAMPLE


def test_every_check_is_a_test_of_the_suite() -> None:
    tests = {name.removeprefix("test_") for name in vars(AddonContract) if name.startswith("test_")}
    assert tests == {name.partition(".")[2] for name in CHECKS}
    assert len(tests) >= 20


def test_actions_that_are_not_pinned_are_told(tmp_path: Path) -> None:
    write_addons(tmp_path / "addons")
    subject = subject_in(tmp_path / "addons")
    subject.actions = {"test.thing": ["find"]}
    told = "\n".join(CHECKS["models.actions_are_sound"](subject))
    assert "test.thing.lose can be called from outside" in told
    assert "test.thing.find is in `actions`" in told


def test_an_addon_that_can_not_be_loaded_has_nothing_to_look_at(tmp_path: Path) -> None:
    write_addons(tmp_path / "addons", {"models/thing.py": "1 / 0\n"})
    with pytest.raises(UnusableError, match="ZeroDivisionError"):
        list(CHECKS["models.models_have_labels"](subject_in(tmp_path / "addons")))
