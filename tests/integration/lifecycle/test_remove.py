"""Removing with an export, and bringing it back: same ids, counts and checksums; what stands in the way is named."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from core.data.lifecycle.archive import Archive
from core.errors import ConflictError, DependencyError
from core.orm import recycle
from core.testing.statements import Statements

from .world import CRM, World


@pytest.fixture
def filled(world: World) -> World:
    """Points with rows of every kind: lines, JSON, links, a self-reference, a record in the bin, an attachment, history."""
    world.lifecycle.enable(["tpoints"])
    content = b"a scanned card"
    checksum = hashlib.sha256(content).hexdigest()
    target = world.folder / "var" / "attachments" / checksum[:2] / checksum
    target.parent.mkdir(parents=True)
    target.write_bytes(content)
    with world.database.transaction() as env:
        first, second = env["tcrm.customer"].search(order="id")
        first.update(
            card="K-1 中文", grade="gold", entries=[{"points": 7, "note": {"a": ["字", 1.5, None]}}, {"points": 1}]
        )
        second.update(sponsor=first, friends=[first, second], entries=[{"points": 3}])
        values = {"name": "card.png", "mimetype": "image/png", "size": len(content), "checksum": checksum}
        values |= {"storage": "disk", "path": f"{checksum[:2]}/{checksum}", "model": "tpoints.entry", "record_id": 1}
        env["core.attachment"].create(values)
        env.ref("tpoints.clerk").update(users=[env.user])
        first.entries[1].delete()
    return world


def parts(path: Path) -> dict[str, Any]:
    with Archive.open(path) as archive:
        return {name: facts for name, facts in archive.manifest["parts"].items() if facts["rows"]}


def test_what_is_restored_has_the_same_counts_and_checksums(filled: World) -> None:
    tables = filled.tables()
    columns = filled.columns("tcrm_customer")
    first = filled.lifecycle.remove(["tpoints"])
    searches = {name for name in tables if name.startswith("tcrm_customer_card_")}
    assert filled.tables() == tables - {"tpoints_entry", "tcrm_customer_friends_rel"} - searches
    assert filled.columns("tcrm_customer") == columns - {"card", "card_fuzzy", "grade", "sponsor_id", "points"}
    assert "tpoints" not in filled.states()
    with filled.database.transaction() as env:
        assert env["core.group"].count([["key", "=", "tpoints.clerk"]]) == 0
        assert env["core.attachment"].count() == 0
        assert env["tcrm.level"].count() == 2
        assert env["tcrm.customer"].get(1).total == 15
    assert filled.lifecycle.restore(first) == []
    assert filled.columns("tcrm_customer") == columns
    second = filled.lifecycle.remove(["tpoints"], filled.folder / "again.zip")
    assert second == filled.folder / "again.zip"
    assert parts(second) == parts(first)
    with zipfile.ZipFile(second) as opened:
        assert [name for name in opened.namelist() if name.startswith("files/")]


def test_restored_records_work_and_new_ones_follow_behind(filled: World) -> None:
    archive = filled.lifecycle.remove(["tpoints"])
    for path in (filled.folder / "var" / "attachments").rglob("*"):
        if path.is_file():
            path.unlink()
    with filled.database.transaction() as env:
        env["tcrm.customer"].create({"name": "Meanwhile"})
    filled.lifecycle.restore(archive)
    assert [path for path in (filled.folder / "var" / "attachments").rglob("*") if path.is_file()]
    with filled.database.transaction() as env:
        first, second, third = env["tcrm.customer"].search(order="id")
        assert (first.card, first.grade, first.points, third.grade) == ("K-1 中文", "gold", 7, "basic")
        assert second.sponsor is first
        assert sorted(friend.id for friend in second.friends) == [1, 2]
        assert first.entries[0].note == {"a": ["字", 1.5, None]}
        assert [user.id for user in env.ref("tpoints.clerk").users] == [1]
        assert [found.id for found in env["tcrm.customer"].search([["card", "fuzzy", "中文"]])] == [1]
        entry = env["tpoints.entry"].create({"customer": third, "points": 2})
        assert entry.id == 4
        # The record that lay in the bin can still be brought out of it.
        deletion = env["core.deletion"].search([["model", "=", "tpoints.entry"]])[0]
        recycle.restore(env, deletion.id)
        assert env["tcrm.customer"].get(1).points == 8


def test_a_disabled_addon_is_removed_and_restored_without_its_code(filled: World) -> None:
    filled.lifecycle.disable(["tpoints"])
    path = filled.addons_path / "tpoints"
    path.rename(filled.folder / "aside")
    archive = filled.lifecycle.remove(["tpoints"])
    assert "tpoints_entry" not in filled.tables()
    (filled.folder / "aside").rename(path)
    filled.lifecycle.restore(archive)
    assert len(filled.rows("tpoints_entry")) == 3


def test_dependents_go_along_only_if_asked(filled: World) -> None:
    with pytest.raises(DependencyError, match="tpoints"):
        filled.lifecycle.remove(["tcrm"])
    filled.lifecycle.disable(["tpoints"])
    with pytest.raises(DependencyError, match="tpoints"):
        filled.lifecycle.remove(["tcrm"])  # disabled, but its rows are there
    archive = filled.lifecycle.remove(["tcrm"], cascade=True)
    assert not [name for name in filled.tables() if name.startswith(("tcrm", "tpoints"))]
    assert filled.lifecycle.restore(archive) == []
    assert filled.states() == {"base": "enabled", "tcrm": "enabled", "tpoints": "enabled"}
    assert len(filled.rows("tcrm_customer")) == 2
    second = filled.lifecycle.remove(["tcrm"], cascade=True)
    assert {name: facts["sha256"] for name, facts in parts(archive).items() if "tpoints_entry" in name} == {
        name: facts["sha256"] for name, facts in parts(second).items() if "tpoints_entry" in name
    }


def test_a_shipped_record_in_use_stands_in_the_way_and_is_named(filled: World) -> None:
    with filled.database.transaction() as env:
        env["tcrm.customer"].get(1).update(level=env.ref("tpoints.level_points"))
    plan = filled.lifecycle.plan("remove", ["tpoints"])
    assert "tcrm_customer.level_id" in str(plan.refusals[0])
    with pytest.raises(ConflictError, match=r"1 rows of tcrm_customer.level_id \(tcrm\) refer to tpoints.level_points"):
        filled.lifecycle.remove(["tpoints"])
    assert filled.states()["tpoints"] == "enabled"
    assert not list((filled.folder / "var").glob("removed/*"))
    with filled.database.transaction() as env:
        env["tcrm.customer"].get(1).update(level=None)
    filled.lifecycle.remove(["tpoints"])


def test_the_plan_of_removing_counts_what_goes(filled: World) -> None:
    plan = filled.lifecycle.plan("remove", ["tpoints"])
    counts = {str(step.text): step.rows for step in plan.of_kind("drop")}
    assert counts["drop table tpoints_entry with its records"] == 3
    assert counts["drop column tcrm_customer.card with its values"] == 1
    assert plan.possible
    restore = filled.lifecycle.remove(["tpoints"])
    assert filled.lifecycle.plan("restore", archive=restore).possible


def test_an_archive_that_does_not_fit_is_refused(filled: World) -> None:
    archive = filled.lifecycle.remove(["tpoints"])
    damaged = filled.folder / "damaged.zip"
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(damaged, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content.replace(b"7", b"8") if name == "tables/tpoints_entry.jsonl" else content)
    with pytest.raises(ConflictError, match="tables/tpoints_entry"):
        filled.lifecycle.restore(damaged)
    foreign = filled.folder / "foreign.zip"
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(foreign, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "manifest.json":
                content = json.dumps({**json.loads(content), "dialect": "oracle"}).encode()
            target.writestr(name, content)
    with pytest.raises(ConflictError, match="oracle"):
        filled.lifecycle.restore(foreign)
    with pytest.raises(ConflictError, match="can't be read"):
        filled.lifecycle.restore(filled.folder / "nothing.zip")
    manifest = filled.addons_path / "tpoints" / "manifest.yaml"
    manifest.write_text(manifest.read_text().replace("1.0.0", "2.0.0"))
    with pytest.raises(ConflictError, match=r"version 1.0.0"):
        filled.lifecycle.restore(archive)
    manifest.write_text(manifest.read_text().replace("2.0.0", "1.0.0"))
    filled.lifecycle.restore(archive)
    with pytest.raises(ConflictError, match="already"):
        filled.lifecycle.restore(archive)


def test_rows_whose_record_is_gone_meanwhile_are_told(filled: World) -> None:
    archive = filled.lifecycle.remove(["tpoints"])
    with filled.database.transaction() as env:
        env["tcrm.customer"].get(2).delete()
        recycle.purge(env, env["core.deletion"].search(order="id desc")[0].id)
    lost = filled.lifecycle.restore(archive)
    assert "tpoints_entry.customer_id → tcrm_customer: 1" in lost
    assert [row["customer_id"] for row in filled.rows("tpoints_entry")] == [1, 1]


@pytest.mark.parametrize("ondelete", ["restrict", "cascade", "set null"])
@pytest.mark.rows("CORE-67")
def test_purging_a_record_follows_the_ondelete_of_a_disabled_addon(world: World, ondelete: str) -> None:
    model = f'''
        """References."""

        from core.api import Model, fields


        class Note(Model):
            """A note about a customer."""

            _name = "tnotes.note"

            customer = fields.Many2one("tcrm.customer", ondelete="{ondelete}")
    '''
    world.addon("tnotes", {"models/note.py": model}, depends="tcrm")
    world.lifecycle.enable(["tnotes"])
    with world.database.transaction() as env:
        env["tnotes.note"].create({"customer": 2})
    world.lifecycle.disable(["tnotes"])
    with world.database.transaction() as env:
        env["tcrm.customer"].get(2).delete()
        deletion = env["core.deletion"].search(order="id desc")[0].id
        if ondelete == "restrict":
            with pytest.raises(ConflictError, match=r"tnotes: tnotes_note.customer_id \(1\)"):
                recycle.purge(env, deletion)
        else:
            recycle.purge(env, deletion)
    expected: dict[str, list[Any]] = {"restrict": [2], "cascade": [], "set null": [None]}
    assert [row["customer_id"] for row in world.rows("tnotes_note")] == expected[ondelete]


def test_the_database_is_asked_once_for_references_of_disabled_addons(world: World) -> None:
    with world.database.transaction() as env:
        for number in (1, 2):
            env["tcrm.customer"].get(number).delete()
        first, second = (deletion.id for deletion in env["core.deletion"].search(order="id"))
        with Statements(env.connection.engine).listening() as sent:
            recycle.purge(env, first)
            before = sent()
            recycle.purge(env, second)
            assert 0 < sent() < min(before, 8)


def test_removing_everything_leaves_the_base_as_it_was(world: World) -> None:
    assert CRM
    archive = world.lifecycle.remove(["tcrm"])
    assert set(world.states()) == {"base"}
    world.lifecycle.restore(archive)
    with world.database.transaction() as env:
        assert [customer.total for customer in env["tcrm.customer"].search(order="id")] == [15, 0]
