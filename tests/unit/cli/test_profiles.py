"""Profiles name addons that exist; a wrong one is told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.cli.profiles import CHECKOUT, addons_of_profile, default_addons, known_profiles
from core.errors import AddonError, ConfigError
from core.plugins import discover

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("name", ["retail", "trading", "service", "full"])
def test_a_shipped_profile_names_addons_that_can_be_enabled(name: str) -> None:
    addons = discover(installed=())
    names = addons_of_profile(name, ROOT, addons)
    assert names
    assert addons.with_dependencies(names)


def test_the_full_profile_holds_every_addon_that_comes_along() -> None:
    addons = discover(installed=())
    expected = {addon.name for addon in addons if addon.origin == "addons" and not addon.is_broken}
    assert set(addons_of_profile("full", ROOT, addons)) == expected


def test_an_installation_may_have_profiles_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "config" / "profiles"
    folder.mkdir(parents=True)
    (folder / "retail.yaml").write_text("title: Ours\naddons: [crm_base]\n")
    assert known_profiles(tmp_path)["retail"].parent == folder
    assert known_profiles(tmp_path)["full"].parent == CHECKOUT
    assert addons_of_profile("retail", tmp_path, discover(installed=())) == ["crm_base"]


def test_unknown_addons_of_a_profile_are_all_told_with_line_and_nearest_name(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("title: Mine\naddons:\n  - crm_bsae\n  - crm_base\n  - nothing_like_it\n")
    with pytest.raises(AddonError) as caught:
        addons_of_profile(str(path), tmp_path, discover(installed=()))
    assert [fault.where.line for fault in caught.value.faults] == [3, 5]
    assert "crm_base" in str(caught.value.faults[0].hint)


@pytest.mark.parametrize(
    "text", ["addons: [crm_base]\n", "title: A\naddons: everything\n", "title: A\naddon: []\n", "- 1\n"]
)
def test_a_malformed_profile_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError):
        addons_of_profile(str(path), tmp_path, discover(installed=()))


def test_an_unknown_profile_proposes_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="retail"):
        addons_of_profile("retial", tmp_path, discover(installed=()))


def test_without_a_profile_base_comes_with_customers_if_they_are_there(tmp_path: Path) -> None:
    assert default_addons(discover(installed=())) == ["base", "crm_base"]
    assert default_addons(discover(installed=(), built_in=None)) == ["base"]
