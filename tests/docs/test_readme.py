"""What the README says is so: its addon works as printed, both languages name what is there and lead nowhere that is missing."""

import re
from pathlib import Path

import pytest
import yaml

from tests.docs.blocks import ROOT, blocks

README = ("README.md", "README.zh-CN.md")
LINK = re.compile(r"\]\(([^):#]+)\)")


def test_the_addon_of_the_readme_can_be_enabled_and_counts_minutes(app, addons: Path):
    (manifest,), (module,) = blocks("README.md", "yaml"), blocks("README.md", "python")
    folder = addons / "crm_visits"
    (folder / "models").mkdir(parents=True)
    (folder / "manifest.yaml").write_text(manifest.text)
    (folder / "__init__.py").write_text("")
    (folder / "models" / "visit.py").write_text(module.text)
    assert yaml.safe_load(manifest.text)["depends"] == ["crm_base"]
    app.lifecycle().install(["crm_visits"])
    with app.env() as env:
        customer = env["crm.customer"].create({"name": "Tea House"})
        env["crm.visit"].create([{"customer": customer}, {"customer": customer, "minutes": 45}])
        assert customer.minutes == 75


def test_the_example_is_short():
    (module,) = blocks("README.md", "python")
    assert len([line for line in module.text.splitlines() if line.strip()]) <= 15


@pytest.mark.parametrize("page", README)
def test_a_readme_names_every_addon_and_no_other(page: str):
    rows = [line for line in (ROOT / page).read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named == {path.parent.name for path in (ROOT / "addons").glob("*/manifest.yaml")}


@pytest.mark.parametrize("page", README)
def test_links_and_pictures_of_a_readme_exist(page: str):
    links = LINK.findall((ROOT / page).read_text(encoding="utf-8"))
    assert len([each for each in links if each.startswith("docs/images/")]) >= 3
    assert [each for each in links if not (ROOT / each).exists()] == []


def test_both_readmes_show_the_same_commands():
    english, chinese = (
        [line.partition("#")[0].strip() for block in blocks(page, "console") for line in block.text.splitlines()]
        for page in README
    )
    assert english[:2] == chinese[:2] == ["make run", "make test"]
