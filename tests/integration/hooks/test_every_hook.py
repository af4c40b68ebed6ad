"""An addon without files of models, views, rights and data says the same by hooks; every hook of the core fires when it says it does."""

from pathlib import Path

import pytest

from core.api import Application, ValidationError
from core.base.services.hand_over import count_held
from core.config import Settings
from core.web.routes import addon_routes

SAMPLES = Path(__file__).parent / "sample_addons"


@pytest.fixture
def app(database_url, tmp_path):
    settings = Settings(
        root=tmp_path,
        database_url=database_url,
        addons_path=(SAMPLES,),
        data_dir=tmp_path,
        language="en",
        timezone="UTC",
    )
    settings.data_dir.mkdir(exist_ok=True)
    app = Application(settings)
    app.lifecycle().install(["by_code"])
    yield app
    app.close()


def test_what_an_addon_declares_by_hooks_is_there(app):
    registry = app.database().registry()
    assert "name" in registry["by_code.note"].fields  # declare_models
    assert registry.views.view("by_code.note_list")  # declare_views
    assert registry.guard.declarations.groups["by_code.writer"].label == "Writer"  # declare_access
    endpoints, faults = addon_routes(registry)
    assert [endpoint.rule for endpoint in endpoints] == ["/x/by_code/notes"]  # declare_routes
    assert not faults
    assert "by_code.tidy" in app.jobs(registry)  # declare_jobs
    with app.env() as env:
        assert env.ref("by_code.first").name == "First"  # declare_data


def test_enabling_and_disabling_are_told_to_the_addons_there(app):
    with app.env() as env:
        assert env["by_code.note"].count([["name", "=", "enabled by_code"]]) == 1  # addon_enabled
    app.lifecycle().disable(["by_code"])
    app.lifecycle().enable(["by_code"])
    with app.env() as env:
        assert env["by_code.note"].count([["name", "=", "disabled by_code"]]) == 1  # addon_disabled


def test_a_transition_is_held_refused_or_followed_up(app):
    with app.env() as env:
        held = env["by_code.note"].create({"name": "hold"})
        assert held.publish() == "held"  # before_transition
        assert held.state == "draft"
        with pytest.raises(ValidationError):
            env["by_code.note"].create({"name": "nobody's"}).publish()
        note = env["by_code.note"].create({"name": "news", "author": "Ann"})
        note.publish()
        assert (note.state, note.author) == ("published", "Ann, published")  # after_transition


def test_only_what_an_addon_names_is_handed_over(app):
    with app.env() as env:
        admin = env.ref("base.admin")
        for name, state in (("one", "draft"), ("two", "published")):
            env["by_code.note"].create({"name": name, "state": state, "owner": admin})
        assert count_held(env, admin)["by_code.note"] == 1  # register_hand_over_kinds
