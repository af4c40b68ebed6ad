"""Choosing a carrier, and what its messages look like."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from huey import RedisHuey
from huey.registry import Message

from core.errors import ConfigError
from core.jobs import HueyCarrier, InProcessCarrier, make_carrier
from core.jobs.carrier import QUEUE, JsonSerializer


def test_without_a_url_the_queue_is_a_file_in_the_data_folder(tmp_path: Path) -> None:
    carrier = make_carrier("", tmp_path)
    carrier.send("default", 7)
    carrier.close()
    assert (tmp_path / "jobs.db").exists()
    again = make_carrier("", tmp_path)
    assert again.waiting() == 1
    again.close()


def test_other_urls_are_refused_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"redis://"):
        make_carrier("amqp://somewhere", tmp_path)


def test_message_is_json_and_never_pickled_code() -> None:
    serializer = JsonSerializer()
    message = Message("id", "task", None, 0, 0, None, ("default", 7), {})
    data = serializer.serialize(message)
    assert json.loads(data) == ["id", "task", ["default", 7]]
    back = serializer.deserialize(data)
    assert (back.id, back.name, back.args, back.kwargs) == ("id", "task", ("default", 7), {})


def test_in_process_carrier_runs_what_running_adds() -> None:
    carrier = InProcessCarrier()
    seen: list[int] = []

    def handle(_database: str, job_id: int) -> None:
        seen.append(job_id)
        if job_id < 3:
            carrier.send("default", job_id + 1)

    carrier.send("default", 1)
    assert carrier.drain(handle) == 3
    assert (seen, carrier.waiting()) == ([1, 2, 3], 0)


def test_redis_carries_messages_and_notes() -> None:
    fakeredis: Any = pytest.importorskip("fakeredis", reason="neither Redis nor its stand-in is installed")
    pool = fakeredis.FakeRedis().connection_pool
    huey = RedisHuey(QUEUE, connection_pool=pool, blocking=False, results=False, serializer=JsonSerializer())
    carrier = HueyCarrier(huey)
    carrier.send("default", 7)
    assert carrier.waiting() == 1
    carrier.write_note("progress:default:7", [1, 2])
    assert carrier.read_note("progress:default:7") == [1, 2]
    carrier.write_note("progress:default:7", None)
    assert carrier.read_note("progress:default:7") is None
    heard: list[tuple[str, int]] = []
    carrier.serve(lambda *message: heard.append(message), threads=1)
    huey.execute(huey.dequeue())
    assert heard == [("default", 7)]
