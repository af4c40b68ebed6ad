"""The throw-away PostgreSQL: where it comes from, that it works, that it goes away, that a run shares one."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from core.errors import ConfigError
from core.testing.postgres import PostgresClient, PostgresServer, embedded_binaries, find_binaries
from core.testing.shared_postgres import PostgresRun


def scalar(url: str, text: str) -> Any:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    try:
        with engine.begin() as connection:
            result = connection.execute(sa.text(text))
            return result.scalar() if result.returns_rows else None
    finally:
        engine.dispose()


def test_pg_bin_without_server_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"PG_BIN is .*no initdb"):
        find_binaries({"PG_BIN": str(tmp_path)})


def test_pg_bin_goes_before_installed_servers(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "initdb").touch()
    assert find_binaries({"PG_BIN": str(tmp_path / "bin")}).folder == tmp_path / "bin"


def test_a_url_given_by_the_environment_is_used_and_nothing_started() -> None:
    with PostgresServer(
        {"TANGRAM_TEST_POSTGRES": "postgresql+psycopg://me:a%40b@127.0.0.1:5433/postgres?sslmode=disable"}
    ) as server:
        assert server.is_external
        assert server.url("客户") == "postgresql+psycopg://me:a%40b@127.0.0.1:5433/%E5%AE%A2%E6%88%B7?sslmode=disable"


def test_server_starts_serves_and_leaves_nothing_behind() -> None:
    with PostgresServer() as server:
        folder = Path(server.server_url.split("host=")[-1])
        url = server.create_database("first one")
        assert scalar(url, "select current_setting('server_encoding')") == "UTF8"
        assert server.is_external or folder.is_dir()
    assert not folder.exists()
    if not server.is_external:
        with pytest.raises(RuntimeError, match="not running"):
            server.url("first one")


def test_embedded_programs_that_the_server_user_cannot_reach_are_copied(tmp_path: Path) -> None:
    # Where nothing is installed this is what `make test` runs; a server of Debian can't be moved, and need not be.
    embedded = embedded_binaries()
    assert embedded is not None
    closed = tmp_path / "中文 folder"
    copy = embedded.copied_to(closed / "pg")
    closed.chmod(0o700)
    with PostgresServer({"PG_BIN": str(copy.folder)}) as server:
        assert scalar(server.create_database("moved"), "select version()").startswith("PostgreSQL 18")


def test_template_is_cloned_and_database_dropped_while_in_use(postgres: PostgresClient, database_names) -> None:
    source, clone = next(database_names), next(database_names)
    url = postgres.create_database(source)
    scalar(url, "create table note as select 42 as id")
    assert scalar(postgres.create_database(clone, template=source), "select id from note") == 42
    in_use = sa.create_engine(postgres.url(clone))
    with in_use.connect():
        postgres.drop_database(clone)
    in_use.dispose()
    postgres.drop_database(source)
    postgres.drop_database(source)
    with pytest.raises(sa.exc.OperationalError, match="does not exist"):
        scalar(url, "select 1")


def test_second_database_of_a_name_is_refused(postgres: PostgresClient, database_names) -> None:
    name = next(database_names)
    postgres.create_database(name)
    with pytest.raises(psycopg.errors.DuplicateDatabase):
        postgres.create_database(name)
    postgres.drop_database(name)


def test_all_of_a_run_share_one_server_that_ends_with_it(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    run = PostgresRun(folder)
    run.hold()
    try:
        with ThreadPoolExecutor(4) as pool:
            urls = set(pool.map(lambda _n: PostgresRun(folder).client().server_url, range(4)))
        assert len(urls) == 1
        assert scalar(urls.pop(), "select 1") == 1
    finally:
        run.release()
    assert not folder.exists()


def test_server_ends_when_the_controller_is_killed(tmp_path: Path) -> None:
    if os.environ.get("TANGRAM_TEST_POSTGRES"):
        return  # that server is not ours to end
    folder = tmp_path / "run"
    folder.mkdir()
    program = (
        "import os, signal, sys; from pathlib import Path; from core.testing.shared_postgres import PostgresRun\n"
        f"run = PostgresRun(Path({str(folder)!r})); run.hold(); print(run.client().server_url, flush=True)\n"
        "keeper = open(run.folder / 'kept.lock'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    # The keeper inherits standard error, so this returns only when the keeper is gone as well.
    killed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert killed.returncode == -9
    assert not Path(killed.stdout.strip().split("host=")[-1]).exists()
    assert not folder.exists()


def test_database_url_is_an_empty_database(database_url: str, request: pytest.FixtureRequest) -> None:
    engine = sa.create_engine(database_url)
    assert sa.inspect(engine).get_table_names() == []
    assert engine.dialect.name in request.node.name
    engine.dispose()
