"""What a shipped record is called in the language of the database, and how an id that is not there is told."""

from __future__ import annotations

import pytest

from core.errors import MissingRecord

from .world import World


def test_a_text_of_one_language_only_is_that_of_the_database(world: World) -> None:
    values = "{id: tdata.gold, model: tcrm.customer, values: {name: {translated: Gold}}}"
    catalog = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Gold"\nmsgstr "黄金"\n'
    files = {"data/d.yaml": f"records:\n  - {values}\n", "i18n/zh_CN.po": catalog}
    world.addon("tdata", files, depends="tcrm")
    world.lifecycle.enable(["tdata"])
    with world.database.transaction() as env:
        assert env.ref("tdata.gold").name == "黄金"
        assert env.ref("base.admin").name == "管理员"


def test_an_unknown_id_proposes_the_nearest_of_those_that_are_enabled(world: World) -> None:
    with world.database.transaction() as env:
        for asked, near in (
            ("tcrm.levl_a", "tcrm.level_a"),
            ("level_b", "tcrm.level_b"),
            ("crm.level_b", "tcrm.level_b"),
        ):
            with pytest.raises(MissingRecord) as caught:
                env.ref(asked)
            assert str(caught.value.hint) == f'did you mean "{near}"?'
        with pytest.raises(MissingRecord) as caught:
            env.ref("nowhere.to_be_found_at_all")
        assert caught.value.hint is None
