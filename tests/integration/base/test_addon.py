"""The built-in addon as an addon: everything it declares fits together."""

from __future__ import annotations

from core.base.services.duties import BaseServices
from core.data.assemble import assemble
from core.data.schema import read_folder
from core.jobs import collect_jobs
from core.plugins.discovery import discover


def test_models_rights_views_and_jobs_load() -> None:
    addons = discover(installed=(), built_in=None)
    made = assemble(addons, [], BaseServices(lambda env, name, arguments: None))
    assert made.broken == {}
    views = made.registry.views
    assert views is not None
    assert [str(fault) for fault in (*views.faults, *views.conflicts)] == []
    jobs = made.served[0].jobs
    assert jobs is not None
    assert {job.name for job in collect_jobs("base", [jobs])} >= {"base.remove_unused_files", "base.empty_recycle_bin"}


def test_data_files_name_models_and_fields_that_exist() -> None:
    addons = discover(installed=(), built_in=None)
    made = assemble(addons, [], BaseServices(lambda env, name, arguments: None))
    specs = read_folder(addons["base"], "data", made.registry.models)
    assert specs[0].addon == "base"
    named = {spec.xid for spec in specs}
    assert {"base.system", "base.admin", "base.company", "base.currency_cny", "base.region_guangdong"} <= named


def test_every_model_has_a_label_and_rights() -> None:
    made = assemble(discover(installed=(), built_in=None), [], BaseServices(lambda env, name, arguments: None))
    declared = {grant.model for grant in made.registry.guard.declarations.grants}  # type: ignore[attr-defined]  # AccessGuard
    assert set(made.registry.models) - declared == set()
    assert all(info.doc and info.label for info in made.registry.models.values())
