"""Records of an addon that says nothing of discussion are discussed: by who may read them, and by nobody else."""

import io
import re

import pytest

from core.api import SYSTEM_UID, AccessDenied, MissingRecord
from core.base.services.parameters import set_parameter
from core.base.services.recycle_bin import list_bin, purge_deletions, restore_deletions

MODEL = "acme.note"
PAGE = {"HX-Request": "true"}


@pytest.fixture
def people(as_user):
    """Ann writes notes, Bob and 李明 read them, Cid is only a user."""
    return {
        "ann": as_user("ann", name="Ann", groups=["acme_note.writer"]),
        "bob": as_user("bob", name="Bob", groups=["acme_note.reader"]),
        "li": as_user("li", name="李明", groups=["acme_note.reader"], language="zh_CN"),
        "cid": as_user("cid", name="Cid", groups=["base.user"]),
    }


@pytest.fixture
def note(env, people):
    note = env[MODEL].create({"name": "Roof"})
    env.flush()
    return note


@pytest.fixture
def say(client, note):
    """Return a function that writes as somebody and answers with what the server says."""

    def write(login, text, expected=200, on=None, **values):
        client.log_in(login)
        answer = client.post(url(on or note), json={"text": text, **values})
        assert answer.status_code == expected, answer.get_data(as_text=True)
        return answer.json

    return write


def url(note, *more):
    return "/".join([f"/x/base_discuss/comments/{note._info.name}/{note.id}", *map(str, more)])


def read(client, login, note):
    client.log_in(login)
    return client.get(url(note)).json


def page_of(client, note):
    return client.request("GET", url(note), headers=PAGE).get_data(as_text=True)


def told(env, login):
    """Return the titles of what somebody was told, and forget them."""
    user = env["core.user"].search([["login", "=", login]])[0]
    found = env["core.notification"].search([["user", "=", user.id]], order="id")
    titles = [each.title for each in found]
    found.delete()
    return titles


@pytest.mark.rows("CORE-80")
def test_who_may_read_a_record_of_any_addon_discusses_it_and_others_are_told_that_it_is_not_there(
    env, client, people, note, say
):
    first = say("bob", "See https://a.example/x?y=1, <b>please</b>\x00")
    say("ann", "Done", parent=first["id"])
    found = read(client, "li", note)
    assert (found["total"], found["new"], len(found["comments"])) == (2, 2, 1)
    assert found["comments"][0]["text"] == "See https://a.example/x?y=1, <b>please</b>"
    assert [each["text"] for each in found["comments"][0]["answers"]] == ["Done"]
    page = page_of(client, note)
    assert 'href="https://a.example/x?y=1"' in page and "&lt;b&gt;please&lt;/b&gt;" in page and "<b>please" not in page
    side = client.get(f"/records/{MODEL}/{note.id}/side").get_data(as_text=True)
    assert "讨论 · 2 条新" in side and re.search(r'<span class="c">2</span>', side)
    assert client.post(f"/x/base_discuss/seen/{MODEL}/{note.id}/{10**30}").status_code == 204  # no more than there is
    assert read(client, "li", note)["new"] == 0
    say("bob", "More")
    assert read(client, "li", note)["new"] == 1
    note.update(secret=True)
    env.flush()
    people_url, missing = f"/x/base_discuss/people/{MODEL}", "/x/base_discuss/comments/acme.nothing/1"
    for login in ("bob", "cid"):
        client.log_in(login)
        bodies = {client.get(one).get_data(as_text=True) for one in (url(note), f"{url(note)}999", missing)}
        assert len({re.sub(r'"instance": ?"[^"]*"|"request[^,}]*', "", body) for body in bodies}) == 1
        assert client.get(url(note)).status_code == client.get(f"{people_url}/{note.id}").status_code == 404
        assert client.post(url(note), json={"text": "x"}).status_code == 404
        assert client.post(url(note, first["id"], "delete")).status_code == 404
        assert client.post(f"/x/base_discuss/follow/{MODEL}/{note.id}", json={"on": 1}).status_code == 404
    for login in ("bob", "ann"):
        client.log_in(login)
        assert client.get("/api/v1/base.comment").status_code == 404
    with pytest.raises(AccessDenied):
        people["ann"]["base.comment"].search()


@pytest.mark.rows("CORE-80")
def test_mentioned_colleagues_are_told_if_they_may_read_the_record_and_the_writer_is_told_who_is_not(
    env, client, people, note, say, as_user
):
    as_user("bob2", name="Double", groups=["acme_note.reader"])
    as_user("bob3", name="Double", groups=["acme_note.reader"])
    answer = say("ann", "请@李明看, @bob too, mail a@bob.example, @Cid, @Double, @Ann, @Nobody")
    assert sorted(answer["told"]) == ["Ann", "Bob", "李明"]
    assert (answer["untold"], answer["several"]) == (["Cid"], ["Double"])
    assert told(env, "li") == ["Ann 提到了您：Roof"] and told(env, "bob") == ["Ann mentioned you: Roof"]
    assert told(env, "cid") == told(env, "ann") == told(env, "bob2") == []
    client.log_in("ann")
    page = page_of(client, note)
    assert re.findall(r'<span class="dc-at">([^<]*)', page) == ["@李明", "@bob", "@Ann"]
    changed = client.post(url(note, answer["id"]), json={"text": "@李明 and @bob2"}).json
    assert changed["told"] == ["Double"] and told(env, "li") == [] and len(told(env, "bob2")) == 1

    def offered(typed):
        found = client.get(f"/x/base_discuss/people/{MODEL}/{note.id}?q={typed}").json["people"]
        return [each["insert"] for each in found]

    assert offered("lm") == offered("明") == ["李明"]
    assert offered("bo") == ["Bob", "bob2", "bob3"]  # the login name where several have the name
    assert offered("Cid") == [] and offered("ann") == []
    note.update(secret=True)
    env.flush()
    assert offered("lm") == []


@pytest.mark.rows("CORE-80")
def test_followers_and_who_is_answered_hear_of_a_comment_once_and_nothing_of_their_own(env, client, people, note, say):
    for login in ("bob", "li", "ann"):
        client.log_in(login)
        client.post(f"/x/base_discuss/follow/{MODEL}/{note.id}", json={"on": 1})
    first = say("bob", "One")
    assert (told(env, "li"), told(env, "bob")) == (["Bob 评论了 Roof"], [])
    say("ann", "@Bob yes", parent=first["id"])
    say("ann", "again", parent=first["id"])
    assert told(env, "bob") == ["Ann mentioned you: Roof", "Ann replied to you: Roof"]
    assert len(told(env, "li")) == 2
    client.log_in("li")
    client.post(f"/x/base_discuss/follow/{MODEL}/{note.id}", json={"on": 0})
    note.update(secret=True)
    env.flush()
    say("ann", "Secret")
    assert told(env, "li") == told(env, "bob") == []


@pytest.mark.rows("CORE-80")
def test_one_changes_ones_own_for_a_time_deletes_it_and_pins_with_the_right(
    env, client, people, note, say, clock, as_user
):
    first = say("bob", "On")
    answer = say("li", "Yes", parent=first["id"])
    reply = say("ann", "No", parent=answer["id"])  # stands below the first
    client.log_in("bob")
    assert client.post(url(note, first["id"]), json={"text": "One"}).status_code == 200
    assert client.post(url(note, answer["id"]), json={"text": "x"}).status_code == 403
    assert client.post(url(note, answer["id"], "delete")).status_code == 403
    assert client.post(url(note, first["id"], "pin"), json={"on": 1}).status_code == 403
    assert client.post(url(note, first["id"]), json={"text": " "}).status_code == 422
    assert client.post(url(note), json={"text": "x" * 10_001}).status_code == 422
    assert client.post(url(note), json={"text": "x", "parent": 10**17}).status_code == 404
    clock.forward(minutes=16)
    assert client.post(url(note, first["id"]), json={"text": "Two"}).status_code == 403
    say("li", "Later")
    client.log_in("ann")
    assert client.post(url(note, first["id"], "pin"), json={"on": 1}).status_code == 204
    shown = read(client, "bob", note)["comments"]
    assert [(each["text"], each["is_pinned"], each["is_edited"]) for each in shown] == [
        ("One", True, True),
        ("Later", False, False),
    ]
    assert client.post(url(note, first["id"], "delete")).status_code == 204
    (later, gone) = read(client, "ann", note)["comments"]
    assert (gone["text"], gone["is_withdrawn"], gone["is_pinned"]) == ("", True, False)
    assert [each["text"] for each in gone["answers"]] == ["Yes", "No"]
    as_user("mod", name="Mod", groups=["acme_note.reader", "base_discuss.moderator"])
    client.log_in("mod")
    for each in (answer, reply):
        assert client.post(url(note, each["id"], "delete")).status_code == 204
    assert [each["text"] for each in read(client, "ann", note)["comments"]] == ["Later"]
    set_parameter(env, "base_discuss.only_editors", True)
    say("bob", "x", expected=403)
    assert "textarea" not in page_of(client, note)
    say("ann", "Fine")
    assert later["text"] == "Later"


@pytest.mark.rows("CORE-80")
def test_files_of_a_comment_are_open_to_who_may_read_the_record_and_what_is_refused_is_shown_with_what_was_typed(
    env, client, people, note
):
    client.log_in("bob")
    sent = {"text": "Look", "file": [(io.BytesIO(b"roof"), "roof.txt"), (io.BytesIO(b"wall"), "../wall.txt")]}
    answer = client.post(url(note), data=sent, headers=PAGE)
    assert answer.status_code == 200 and "wall.txt" in answer.get_data(as_text=True)
    refused = {"text": "Careful", "file": [(io.BytesIO(b"x"), "x.exe")]}
    answer = client.post(url(note), data=refused, headers=PAGE)
    assert answer.status_code == 422 and ">Careful</textarea>" in answer.get_data(as_text=True)
    found = read(client, "li", note)
    assert found["total"] == 1
    files = found["comments"][0]["files"]
    assert [each["name"] for each in files] == ["roof.txt", "wall.txt"]
    assert client.get(files[0]["url"]).get_data() == b"roof"
    client.log_in("cid")
    assert client.get(files[0]["url"]).status_code == 404
    client.log_in("bob")
    assert client.post(url(note, found["comments"][0]["id"], "delete")).status_code == 204
    assert client.get(files[0]["url"]).status_code == 404


@pytest.mark.rows("CORE-80")
def test_the_discussion_goes_into_the_bin_with_its_record_comes_back_with_it_and_goes_for_good_with_it(
    env, client, people, note, say
):
    scrap = env["acme.scrap"].create({"name": "S"})
    env.flush()
    say("ann", "@Bob stays")
    say("ann", "goes", on=scrap)
    number, system = note.id, env.as_user(SYSTEM_UID)
    note.delete()
    assert client.get(f"/x/base_discuss/comments/{MODEL}/{number}").status_code == 404
    deletion = list_bin(env, model=MODEL)[0]["id"]
    restore_deletions(env, [deletion])
    assert client.get(f"/x/base_discuss/comments/{MODEL}/{number}").json["total"] == 1
    scrap.delete()
    assert system["base.comment"].count([["model", "=", "acme.scrap"]]) == 0
    env[MODEL].get(number).delete()
    purge_deletions(env, [list_bin(env, model=MODEL)[0]["id"]])
    assert system["base.comment"].count() == system["base.comment.reader"].count() == 0
    with pytest.raises(MissingRecord):
        env[MODEL].get(number)


def test_the_number_of_statements_does_not_grow_with_comments_people_and_files(env, client, people, note, statements):
    client.log_in("ann")

    def write(count):
        for number in range(count):
            file = (io.BytesIO(b"x"), f"{number}.txt")
            client.post(url(note), data={"text": f"@Bob @李明 {number}", "file": [file]}, headers=PAGE)

    write(2)
    client.log_in("bob")
    client.get(url(note))
    statements()
    client.get(url(note))
    few = statements()
    client.log_in("ann")
    write(8)
    client.log_in("bob")
    client.get(url(note))
    statements()
    client.get(url(note))
    assert statements() == few <= 15
    client.get(f"/x/base_discuss/people/{MODEL}/{note.id}?q=a")
    assert statements() <= 14
    client.post(url(note), json={"text": "@李明 @Ann"})
    assert statements() <= 30
