"""Two small addons without a fault, written out so that a test can break one thing of them."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

GROUND = {
    "__init__.py": '"""What the sound addon stands on."""\n',
    "manifest.yaml": """
        title: Ground
        summary: What the sound addon stands on
        version: 1.0.0
        core: ">=1.0,<2"
        category: Test
        """,
    "models/place.py": '''
        """Places."""

        from core.api import Model, fields


        class Place(Model):
            """Where something is."""

            _name = "test.place"
            _label = "Place"

            name = fields.Char(required=True)
        ''',
    "hookspecs.py": '''
        """Hooks of places."""

        from core.api import hookspec


        @hookspec
        def place_left(place):
            """Act on a place that somebody left."""
        ''',
    "security/access.yaml": """
        groups: [{id: ground.user, label: Traveller, implies: [base.user]}]
        access: {test.place: {ground.user: crud}}
        """,
    "views/place.yaml": """
        views:
          - id: ground.place_form
            type: form
            model: test.place
            body: [{section: main, label: Place, body: [name]}]
        menus: [{id: ground.menu, label: Places, model: test.place}]
        """,
}

SOUND = {
    "__init__.py": '"""Things that lie at places."""\n',
    "manifest.yaml": """
        title: Sound
        summary: An addon without a fault
        version: 1.0.0
        core: ">=1.0,<2"
        category: Test
        depends: [ground]
        """,
    "README.md": """
        # sound: things that lie at places

        For tests of the contract suite. Things have a number, a kind and a state; they lie at places and can be lost and found.

        Hooks offered: `thing_lost(thing)`, called when a thing is lost.
        """,
    "models/thing.py": '''
        """Things."""

        from core.api import Model, depends, fields, today, transition


        class Thing(Model):
            """Something that lies somewhere."""

            _name = "test.thing"
            _label = "Thing"

            name = fields.Char(required=True)
            number = fields.Sequence("test.thing")
            kind = fields.Lookup("thing_kind")
            place = fields.Many2one("test.place")
            found = fields.Date(default=today)
            state = fields.Selection({"here": "Here", "lost": "Lost"}, default="here")
            words = fields.Integer(compute="_compute_words", store=True)

            @depends("name")
            def _compute_words(self):
                self.words = len((self.name or "").split())

            @transition("state", source=["here"], target="lost", label="Lose")
            def lose(self):
                self.env.hook.thing_lost(thing=self)


        class Place(Model):
            """A place knows what lies there."""

            _inherit = "test.place"

            things = fields.One2many("test.thing", "place")
            note = fields.Char()
        ''',
    "hookspecs.py": '''
        """Hooks of things."""

        from core.api import hookspec


        @hookspec
        def thing_lost(thing):
            """Act on a thing that is lost."""
        ''',
    "hooks.py": '''
        """What sound does about places."""

        from core.api import hookimpl


        @hookimpl
        def place_left(place):
            return None
        ''',
    "security/access.yaml": """
        groups: [{id: sound.keeper, label: Keeper, implies: [ground.user]}]
        access: {test.thing: {ground.user: r, sound.keeper: crud}}
        rules:
          - {id: sound.found, model: test.thing, groups: [ground.user], domain: [["state", "=", here]]}
          - {id: sound.everything, model: test.thing, groups: [sound.keeper], domain: []}
        """,
    "data/kinds.yaml": """
        core.dictionary: [{id: sound.dictionary, code: thing_kind, name: Kind of thing}]
        core.numbering: [{id: sound.numbering, code: test.thing, label: Numbers of things, pattern: "T{4}"}]
        test.place: [{id: sound.attic, name: Attic}]
        """,
    "demo/things.yaml": "test.thing: [{id: sound.demo_thing, name: A thing, place: sound.attic}]\n",
    "views/thing.yaml": """
        views:
          - id: sound.thing_form
            type: form
            model: test.thing
            header: [lose]
            body: [{section: main, label: Thing, body: [name, kind, place]}]
          - id: sound.place_form
            inherit: ground.place_form
            patch: [{after: field/name, add: [note]}]
        menus: [{id: sound.menu, label: Things, model: test.thing, groups: [sound.keeper]}]
        """,
    "i18n/zh_CN.po": "",
    "migrations/1.0.0.py": '''
        """The first version."""


        def after(env):
            """Nothing to do."""
        ''',
    "tests/test_thing.py": """
        def test_a_thing_can_be_lost(create_thing):
            thing = create_thing()
            thing.lose()
            assert thing.state == "lost"
        """,
}


def write(folder: Path, files: dict[str, str | None]) -> None:
    """Write files below a folder; None deletes one."""
    for name, text in files.items():
        path = folder / name
        if text is None:
            path.unlink(missing_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")


def write_addons(folder: Path, changes: dict[str, str | None] | None = None) -> Path:
    """Write both addons, the sound one with ``changes``, and return the folder of the sound one."""
    write(folder / "ground", GROUND)
    write(folder / "sound", {**SOUND, **(changes or {})})
    return folder / "sound"


def replaced(name: str, *pairs: tuple[str, str]) -> dict[str, str | None]:
    """Return the change of one file of the sound addon in which texts are replaced; each must occur."""
    text = SOUND[name]
    for old, new in pairs:
        assert old in text, f"{name} has no {old!r}"
        text = text.replace(old, new)
    return {name: text}
