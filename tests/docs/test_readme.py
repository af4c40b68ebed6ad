"""The addon of the README works as printed."""

from pathlib import Path

import yaml

from tests.docs.blocks import blocks


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
