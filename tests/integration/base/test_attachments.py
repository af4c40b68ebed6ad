"""Attachments on disk and in the database (CORE-66)."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from core.base.services.attachment_files import file_path, stored_checksums
from core.base.services.attachments import (
    attachments_of,
    find_attachment,
    missing_files,
    read_attachment,
    store_attachment,
    sweep,
)
from core.base.services.recycle_bin import list_bin, purge_deletions, restore_deletions
from core.errors import AccessDenied, MissingRecord, ValidationError
from core.orm.database import Database
from core.orm.environment import Environment


def content(env: Environment, attachment: Any) -> bytes:
    """Return the whole content."""
    return b"".join(read_attachment(env, attachment))


@pytest.mark.rows("CORE-66")
def test_stored_and_read_on_disk(env: Environment) -> None:
    customer = env["sample.customer"].create({"name": "Hai"})
    env.flush()
    kept = store_attachment(env, "../a\\合同.pdf", io.BytesIO(b"hello"), model="sample.customer", record_id=customer.id)
    assert (kept.name, kept.mimetype, kept.size, kept.storage) == ("合同.pdf", "application/pdf", 5, "disk")
    assert content(env, kept) == b"hello"
    assert file_path(env.settings.data_dir, kept.checksum).read_bytes() == b"hello"
    assert [row["name"] for row in attachments_of(env, "sample.customer", customer.id)] == ["合同.pdf"]


@pytest.mark.rows("CORE-66")
def test_stored_and_read_in_the_database(env: Environment) -> None:
    env.database.settings = env.settings.model_copy(update={"attachments": "database"})
    kept = store_attachment(env, "a.txt", b"hello")
    assert (kept.storage, kept.path) == ("database", None)
    assert content(env, kept) == b"hello"
    assert list(stored_checksums(env.settings.data_dir)) == []


@pytest.mark.rows("CORE-66")
def test_limits(env: Environment) -> None:
    with pytest.raises(ValidationError, match="larger than the 1 MiB"):
        store_attachment(env, "a.txt", b"x" * ((1 << 20) + 1))
    with pytest.raises(ValidationError, match='kind "exe"'):
        store_attachment(env, "virus.EXE", b"x")
    with pytest.raises(ValidationError, match="needs a name"):
        store_attachment(env, "folder/..", b"x")
    env["core.parameter"].search([["key", "=", "base.attachment_kinds"]])[0].update(value=["pdf"])
    env.flush()
    with pytest.raises(ValidationError, match="allowed: pdf"):
        store_attachment(env, "a.txt", b"x")
    assert list(stored_checksums(env.settings.data_dir)) == []


@pytest.mark.rows("CORE-66")
def test_who_reads_the_record_reads_its_files(env: Environment, create_user: Callable[..., Any]) -> None:
    li, wang = create_user("Li"), create_user("Wang")
    customer = env["sample.customer"].create({"name": "Hai", "owner": li})
    env.flush()
    as_li, as_wang = env.as_user(li), env.as_user(wang)
    kept = store_attachment(as_li, "a.txt", b"secret", model="sample.customer", record_id=customer.id)
    as_li.flush()
    assert content(as_li, find_attachment(as_li, kept.id)) == b"secret"
    with pytest.raises(MissingRecord):
        find_attachment(as_wang, kept.id)
    with pytest.raises(MissingRecord):
        attachments_of(as_wang, "sample.customer", customer.id)
    with pytest.raises((MissingRecord, AccessDenied)):
        store_attachment(as_wang, "b.txt", b"x", model="sample.customer", record_id=customer.id)
    loose = store_attachment(as_li, "loose.txt", b"mine")
    logo = store_attachment(as_li, "logo.png", b"png", public=True)
    as_li.flush()
    assert find_attachment(as_wang, logo.id) is not None
    with pytest.raises(MissingRecord):
        find_attachment(as_wang, loose.id)


def test_a_picture_field_takes_pictures_only(env: Environment) -> None:
    text, picture = store_attachment(env, "a.txt", b"x"), store_attachment(env, "a.png", b"x")
    customer = env["sample.customer"].create({"name": "Hai", "logo": picture})
    with pytest.raises(ValidationError, match="must be a picture"):
        customer.update(logo=text)


def test_files_go_after_the_commit_and_only_with_the_last_attachment(database: Database) -> None:
    def make(env: Environment) -> tuple[int, int]:
        ids = []
        for name in ("One", "Two"):
            customer = env["sample.customer"].create({"name": name})
            env.flush()
            store_attachment(env, "a.txt", b"same", model="sample.customer", record_id=customer.id)
            ids.append(customer.id)
        return ids[0], ids[1]

    folder = database.settings.data_dir
    for customer in database.run(1, make):
        assert len(list(stored_checksums(folder))) == 1
        database.run(1, lambda env, number=customer: env["sample.customer"].get(number).delete())
        deletion = database.run(1, lambda env: list_bin(env)[0]["id"])
        with database.transaction() as env:
            purge_deletions(env, [deletion])
            assert len(list(stored_checksums(folder))) == 1
    assert list(stored_checksums(folder)) == []
    assert database.run(1, lambda env: env["core.attachment"].count()) == 0


def test_a_rolled_back_upload_is_swept(database: Database) -> None:
    def upload(env: Environment) -> None:
        store_attachment(env, "a.txt", b"lost")
        raise LookupError

    with pytest.raises(LookupError):
        database.run(1, upload)
    folder = database.settings.data_dir
    assert len(list(stored_checksums(folder))) == 1
    assert database.run(1, sweep) == 1
    assert list(stored_checksums(folder)) == []


def test_lost_files_are_told(env: Environment) -> None:
    kept = store_attachment(env, "a.txt", b"x")
    assert missing_files(env) == []
    file_path(env.settings.data_dir, kept.checksum).unlink()
    assert [row["id"] for row in missing_files(env)] == [kept.id]
    with pytest.raises(MissingRecord, match="is gone"):
        content(env, kept)


@pytest.mark.rows("CORE-67")
def test_the_bin_is_for_those_with_the_right(env: Environment, create_user: Callable[..., Any]) -> None:
    li = create_user("Li")
    customer = env["sample.customer"].create({"name": "Hai", "owner": li})
    env.flush()
    as_li, as_admin = env.as_user(li), env.as_user("admin")
    as_li["sample.customer"].get(customer.id).delete()
    with pytest.raises(AccessDenied, match="Use the recycle bin"):
        list_bin(as_li)
    entry = list_bin(as_admin, model="sample.customer")[0]
    assert (entry["title"], entry["user"], entry["count"]) == ("Hai", "Li", 1)
    restore_deletions(as_admin, [entry["id"]])
    assert env["sample.customer"].count([["name", "=", "Hai"]]) == 1
    assert list_bin(as_admin) == []
    with pytest.raises(MissingRecord):
        purge_deletions(as_admin, [entry["id"]])
