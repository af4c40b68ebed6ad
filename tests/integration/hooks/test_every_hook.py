"""An addon without files of models, views, rights and data says the same by hooks; every hook of the core fires when it says it does."""

import datetime as dt
from pathlib import Path

import pytest

from core.api import Application, ConflictError, FileImport, ValidationError, hookimpl
from core.base.services.demo_year import make_demo_year
from core.base.services.hand_over import count_held
from core.base.services.mail import can_send
from core.base.services.recycle_bin import list_bin, purge_deletions
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


def test_what_is_saved_is_told_by_id_with_the_values_before_one_by_one_and_in_bulk(app):
    told = []

    def records_saved(model, created, changed):
        told.append((model, list(created), {number: dict(before) for number, before in changed.items()}))

    with app.env() as env, env.registry.hooks.registered({"records_saved": hookimpl(records_saved)}):
        note = env["by_code.note"].create({"name": "one"})
        note.update(name="two")
        env.flush()
        many = [each.id for each in env["by_code.note"].create([{"name": f"n{number}"} for number in range(12)])]
    created, changed, bulk = told
    assert created == ("by_code.note", [note.id], {})
    assert changed[:2] == ("by_code.note", []) and changed[2][note.id]["name"] == "one"
    assert bulk == ("by_code.note", many, {})


def test_what_is_gone_for_good_is_told_by_id_and_what_lies_in_the_bin_is_not(app):
    told = []
    with app.env() as env:
        admin = env.ref("base.admin")
        note = env["by_code.note"].create({"name": "one", "owner": admin})
        env.flush()
        number = note.id
        listener = {"records_purged": hookimpl(lambda model, ids: told.append((model, list(ids))))}
        with env.registry.hooks.registered(listener):
            note.delete()
            assert told == []
            (deletion,) = (each["id"] for each in list_bin(env, model="by_code.note"))
            purge_deletions(env, [deletion])
            assert told == [("by_code.note", [number])]
            favourite = env["core.favourite"].create({"user": admin, "model": "by_code.note", "record_id": 7})
            env.flush()
            gone = favourite.id
            favourite.delete()
            assert told[1:] == [("core.favourite", [gone])]


def test_a_deletion_is_told_before_it_happens_and_can_be_vetoed(app):
    told = []

    def before_delete(model, ids):
        told.append((model, list(ids)))
        raise ConflictError("kept")

    with app.env() as env:
        note = env["by_code.note"].create({"name": "one"})
        env.flush()
        listener = {"before_delete": hookimpl(before_delete)}
        with env.registry.hooks.registered(listener), pytest.raises(ConflictError, match="kept"):
            note.delete()
        assert told == [("by_code.note", [note.id])]
        assert env["by_code.note"].exists([["id", "=", note.id]])
        note.delete()
        assert not env["by_code.note"].exists([["id", "=", note.id]])


def test_no_link_is_promised_while_the_addon_that_mails_is_not_ready(app):
    ready = []
    mailer = {"send_mail": hookimpl(lambda: True), "mail_ready": hookimpl(lambda: ready[0])}
    with app.env() as env:
        assert not can_send(env)
        with env.registry.hooks.registered(mailer):
            for answer, promised in ((None, True), (True, True), (False, False)):
                ready[:] = [answer]
                assert can_send(env) is promised


def test_a_file_is_brought_in_by_the_addon_that_knows_it(app):
    with app.env() as env:
        hooks = env.registry.hooks
        assert hooks.import_file(env, FileImport(Path("bought.note"), "by_code.note")).created == 1
        assert env["by_code.note"].count([["name", "=", "bought"]]) == 1  # import_file
        assert hooks.import_file(env, FileImport(Path("bought.csv"), "by_code.note")) is None
        assert hooks.undo_imports(env, "bought").deleted == 1
        assert env["by_code.note"].count([["name", "=", "bought"]]) == 0  # undo_imports


def test_a_year_of_the_demo_is_made_by_the_parts_that_addons_name(app):
    def write(year):
        with year.at(year.first):
            year.env["by_code.note"].create({"name": f"{year.some(10)} of {year.first}"})

    maker = {"register_demo_parts": hookimpl(lambda: [write])}
    with app.env() as env:
        with env.registry.hooks.registered(maker):
            make_demo_year(env, 0.5)
        first = env.today() - dt.timedelta(days=365)
        (note,) = env["by_code.note"].search([["name", "=", f"5 of {first}"]])
        assert note.created_at.date() in (first, first - dt.timedelta(days=1))
        with pytest.raises(ValidationError):
            make_demo_year(env, 0)
