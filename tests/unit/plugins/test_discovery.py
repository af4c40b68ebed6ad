"""Finding addons: each fault of a manifest is told and blocks nothing else."""

from __future__ import annotations

import shutil
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from packaging.version import Version

from core.errors import AddonError, DependencyError, ManifestError
from core.plugins import Addon, AddonSet, discover

SAMPLES = Path(__file__).parents[2] / "sample_addons"


def found(*folders: Path, **options: object) -> AddonSet:
    return discover(folders, installed=(), built_in=None, **options)  # type: ignore[arg-type]


def make(folder: Path, name: str, text: str = "", **manifest: str) -> Path:
    path = folder / name
    path.mkdir(parents=True)
    (path / "__init__.py").write_text('"""Made by a test."""\n')
    lines = {"title": name, "version": "1.0.0", **manifest}
    (path / "manifest.yaml").write_text("".join(f"{key}: {value}\n" for key, value in lines.items()) + text)
    return path


@pytest.fixture(scope="module")
def samples() -> AddonSet:
    return found(SAMPLES)


def test_whole_addons_are_usable_and_base_comes_first(samples: AddonSet) -> None:
    assert samples.order[0] == "base"
    assert samples.order.index("minimal") < samples.order.index("extends_minimal")
    assert samples.usable("extends_minimal").depends == ("base", "minimal")
    assert samples["minimal"].package == "addons.minimal"
    assert samples["base"].package == "core.base"
    assert samples["minimal"].path == SAMPLES / "minimal"


FAULTS = {
    "yaml": "manifest.yaml:2, addon broken_yaml: This is not YAML",
    "unknown_key": 'manifest.yaml:3, dependz, addon broken_unknown_key: Unknown key "dependz". (did you mean "depends"?)',
    "duplicate_key": 'The key "title" is given twice, first in line 1.',
    "missing_title": 'The key "title" is missing.',
    "version": '"newest" is no version such as 1.0.0.',
    "version_number": "Expected a text, found 1.0. (put it in quotation marks)",
    "core_syntax": '"about 1" is no range of versions',
    "core_range": "The addon needs core >=9; this is core 1.0.0.",
    "depends_type": 'Expected a list, found "minimal".',
    "depends_name": '"Minimal Addon" is no name of an addon.',
    "depends_itself": "The addon depends on itself.",
    "bridge": "A bridge lists in depends what it connects.",
    "encoding": "The file is not UTF-8",
    "no_manifest": "The addon has no manifest.yaml.",
    "missing_dependency": 'It needs an addon that is not there: "minimall". (did you mean "minimal"?)',
    "cycle_a": "Addons need each other in a cycle: broken_cycle_a → broken_cycle_b → broken_cycle_a.",
    "cycle_b": "Addons need each other in a cycle: broken_cycle_a → broken_cycle_b → broken_cycle_a.",
    "by_another": 'It needs the addon "broken_yaml", which is broken.',
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_told_on_its_addon(samples: AddonSet, fault: str) -> None:
    addon = samples[f"broken_{fault}"]
    assert addon.error is not None
    assert FAULTS[fault] in str(addon.error)
    assert addon.error.where.addon == addon.name
    expected = DependencyError if fault in ("missing_dependency", "cycle_a", "cycle_b", "by_another") else ManifestError
    assert isinstance(addon.error, expected)


def test_all_faults_of_one_manifest_come_at_once(samples: AddonSet) -> None:
    error = samples["broken_unknown_key"].error
    assert error is not None
    assert [fault.where.key for fault in error.faults] == ["dependz", "data"]


def test_every_broken_sample_is_tried_somewhere(samples: AddonSet) -> None:
    in_code = {"import", "hook_name", "hook_argument", "hook_duplicate"}
    assert {addon.name for addon in samples if addon.name.startswith("broken_")} >= {
        f"broken_{name}" for name in {*FAULTS, *in_code}
    }
    assert {addon.name for addon in samples.broken} == {f"broken_{name}" for name in FAULTS}


def test_asking_for_an_unknown_or_broken_addon_tells_why(samples: AddonSet) -> None:
    with pytest.raises(AddonError, match='did you mean "minimal"'):
        samples["minimall"]
    with pytest.raises(ManifestError, match="no manifest"):
        samples.usable("broken_no_manifest")
    with pytest.raises(ManifestError):
        samples.with_dependencies(["broken_yaml"])


def test_two_addons_of_one_name_are_both_broken_and_name_both_places(tmp_path: Path) -> None:
    one, two = make(tmp_path / "a", "shop"), make(tmp_path / "b", "shop")
    make(tmp_path / "b", "other")
    addons = found(tmp_path / "a", tmp_path / "b")
    assert [addon.path for addon in addons.broken] == [one, two]
    for addon in addons.broken:
        assert str(one) in str(addon.error)
        assert str(two) in str(addon.error)
    assert "other" in addons.order


def test_one_folder_found_twice_counts_once(tmp_path: Path) -> None:
    make(tmp_path / "a", "shop")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert found(tmp_path / "a", tmp_path / "a", tmp_path / "link").broken == []


def test_base_can_not_be_replaced(tmp_path: Path) -> None:
    make(tmp_path, "base")
    addons = found(tmp_path)
    assert not addons["base"].is_broken
    assert "taken by the core" in str(addons.problems[0])


def test_wrong_entries_of_addons_path_are_problems_of_the_search(tmp_path: Path) -> None:
    path = make(tmp_path, "shop")
    addons = found(tmp_path / "nowhere", path)
    assert [str(problem.message) for problem in addons.problems] == [
        "There is no such folder of addons.",
        "This folder is itself an addon.",
    ]


def test_folders_that_are_no_addons_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").write_text("")
    (tmp_path / "file.yaml").write_text("")
    assert [addon.name for addon in found(tmp_path)] == ["base"]


def test_folder_name_must_be_a_name(tmp_path: Path) -> None:
    make(tmp_path, "My-Shop")
    assert "is no name for an addon" in str(found(tmp_path)["My-Shop"].error)


def test_misnamed_manifest_gets_a_hint(tmp_path: Path) -> None:
    path = make(tmp_path, "shop")
    (path / "manifest.yaml").rename(path / "manifest.yml")
    (path / "models").mkdir()
    assert 'rename "manifest.yml" to manifest.yaml' in str(found(tmp_path)["shop"].error)


def test_range_of_the_core_is_compared_with_the_running_core(tmp_path: Path) -> None:
    make(tmp_path, "shop", core='">=1.0,<2"')
    assert not found(tmp_path)["shop"].is_broken
    assert found(tmp_path, core_version=Version("2.0"))["shop"].is_broken


def test_installed_packages_are_found_by_entry_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path / "acme_shop_package", "shop")
    monkeypatch.syspath_prepend(tmp_path)
    points = [
        EntryPoint("shop", "acme_shop_package.shop", "tangram.addons"),
        EntryPoint("gone", "acme_shop_package.gone", "tangram.addons"),
        EntryPoint("renamed", "acme_shop_package.shop", "tangram.addons"),
    ]
    addons = discover((), installed=points, built_in=None)
    assert addons["shop"].path == tmp_path / "acme_shop_package" / "shop"
    assert addons["shop"].package == "addons.shop"
    assert "names no package" in str(addons["gone"].error)
    assert "folder of another name" in str(addons["renamed"].error)


def test_files_of_a_folder_come_in_the_order_of_their_paths(tmp_path: Path) -> None:
    path = make(tmp_path, "shop")
    for name in ("b.yaml", "a/z.yaml", "a.yaml", "c.csv", "d.txt"):
        (path / "data" / name).parent.mkdir(parents=True, exist_ok=True)
        (path / "data" / name).write_text("")
    addon = found(tmp_path)["shop"]
    assert [file.relative_to(path / "data").as_posix() for file in addon.files("data")] == [
        "a/z.yaml",
        "a.yaml",
        "b.yaml",
    ]
    assert [file.name for file in addon.files("data", ".csv")] == ["c.csv"]
    assert addon.files("demo") == []


def test_enabled_addons_that_can_not_be_served_are_set_aside(tmp_path: Path) -> None:
    make(tmp_path, "a")
    make(tmp_path, "b", depends="[a]")
    shutil.copytree(SAMPLES / "broken_yaml", tmp_path / "broken_yaml")
    addons = found(tmp_path)
    served, errors = addons.split_enabled(["b", "broken_yaml", "gone"])
    assert [addon.name for addon in served] == ["base"]
    assert sorted(errors) == ["b", "broken_yaml", "gone"]
    assert [addon.name for addon in addons.split_enabled(["b", "a"])[0]] == ["base", "a", "b"]


def test_bridges_and_dependents(tmp_path: Path) -> None:
    make(tmp_path, "a")
    make(tmp_path, "b")
    make(tmp_path, "a_b", depends="[a, b]", bridge="true")
    addons = found(tmp_path)
    assert addons.bridges(["base", "a"]) == []
    assert addons.bridges(["base", "a", "b"]) == ["a_b"]
    assert addons.dependents_of("a") == ["a_b"]
    assert addons.dependents_of("a", among=["base", "a", "b"]) == []
    assert [addon.name for addon in addons.with_dependencies(["a_b"])] == ["base", "a", "b", "a_b"]


def test_addon_without_a_manifest_still_has_a_face() -> None:
    addon = Addon("x", Path("/x"), "addons.x")
    assert (addon.title, addon.version, addon.depends, addon.is_bridge) == ("x", "", (), False)
