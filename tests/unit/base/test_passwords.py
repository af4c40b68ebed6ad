"""Hashes of passwords (CORE-05, CORE-51)."""

from __future__ import annotations

import pytest

from core.base.services.passwords import MAX_LENGTH, hash_password, random_password, verify_password


@pytest.mark.rows("CORE-51")
def test_hash_and_verify() -> None:
    first, second = hash_password("correct horse"), hash_password("correct horse")
    assert first != second
    assert first.startswith("$argon2id$")
    assert "correct" not in first
    assert verify_password(first, "correct horse")
    assert not verify_password(first, "Correct horse")


def test_nothing_fits_no_hash_a_broken_one_or_a_giant_password() -> None:
    assert not verify_password(None, "x")
    assert not verify_password("not a hash", "x")
    assert not verify_password(hash_password("x"), "x" * (MAX_LENGTH + 1))


def test_random_passwords_differ() -> None:
    assert len({random_password() for _ in range(50)}) == 50
