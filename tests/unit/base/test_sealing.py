"""Secrets that are used again lie encrypted, with a key that the database does not know."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from core.base.services.sealing import seal, unseal
from core.config import Settings
from core.errors import ConfigError, CoreError


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(root=tmp_path, data_dir=tmp_path / "var")


def test_what_is_sealed_can_be_read_with_the_same_key_and_purpose_only(settings: Settings, tmp_path: Path) -> None:
    sealed = seal(settings, "密码 s3cret", "mail")
    assert "s3cret" not in sealed and sealed != seal(settings, "密码 s3cret", "mail")
    assert unseal(settings, sealed, "mail") == "密码 s3cret"
    other = Settings(root=tmp_path, data_dir=tmp_path / "other")
    seal(other, "x", "mail")
    for wrong in (
        (settings, sealed, "sms"),
        (other, sealed, "mail"),
        (settings, sealed[:-4] + "AAA=", "mail"),
        (settings, "é", "mail"),
    ):
        with pytest.raises(CoreError) as caught:
            unseal(*wrong)
        assert caught.value.code == "sealed" and "s3cret" not in str(caught.value)


def test_the_key_is_made_once_for_its_owner_alone_and_an_empty_one_is_refused(settings: Settings) -> None:
    seal(settings, "x", "mail")
    path = settings.secret_key_file
    key = path.read_bytes()
    seal(settings, "y", "mail")
    assert path.read_bytes() == key and len(key) == 64 and stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    path.write_bytes(b"\n")
    with pytest.raises(ConfigError):
        seal(settings, "x", "mail")
    path.unlink()
    path.mkdir()
    with pytest.raises(ConfigError):
        seal(settings, "x", "mail")
