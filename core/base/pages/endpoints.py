"""The addresses of the built-in addon's pages (layer base)."""

from __future__ import annotations

from core.base.pages import (
    api_keys,
    app_change,
    app_costs,
    app_plan,
    apps,
    assign_position,
    demo_data,
    hand_over,
    job_list,
    matrix,
    menu_editor,
    notifications,
    online,
    operation_log,
    parameters,
    people_rights,
    recycle_bin,
    setup,
    trees,
    view_faults,
    why,
)
from core.base.pages.side import show_side
from core.base.pages.undo import restore_batch
from core.web.routes import Endpoint

_APPS = (
    Endpoint("/apps", ("GET",), apps.show_apps),
    Endpoint("/apps/rescan", ("POST",), apps.rescan),
    Endpoint("/apps/costs", ("GET",), app_costs.show_costs),
    Endpoint("/apps/costs", ("POST",), app_costs.switch),
    Endpoint("/apps/progress", ("GET",), app_change.show_progress),
    Endpoint("/apps/exports/<file>", ("GET",), app_change.download_export),
    Endpoint("/apps/<name>", ("GET",), app_plan.show_app),
    Endpoint("/apps/<name>/<action>", ("POST",), app_change.change_app),
)

_SYSTEM = (
    Endpoint(recycle_bin.PATH, ("GET",), recycle_bin.show_bin),
    Endpoint(recycle_bin.PATH, ("POST",), recycle_bin.change_bin, writes=True),
    Endpoint(online.PATH, ("GET",), online.show_online),
    Endpoint(online.PATH, ("POST",), online.end_one, writes=True),
    Endpoint(job_list.PATH, ("GET",), job_list.show_jobs),
    Endpoint(job_list.PATH, ("POST",), job_list.change_job, writes=True),
    Endpoint(operation_log.PATH, ("GET",), operation_log.show_history),
    Endpoint(view_faults.PATH, ("GET",), view_faults.show_views),
    Endpoint(view_faults.PATH, ("POST",), view_faults.decide, writes=True),
    Endpoint(api_keys.PATH, ("GET",), api_keys.show_keys),
    Endpoint(api_keys.PATH, ("POST",), api_keys.revoke, writes=True),
    Endpoint(f"{api_keys.PATH}/new", ("POST",), api_keys.make, writes=True),
)

_SETTINGS = (
    Endpoint(menu_editor.PATH, ("GET",), menu_editor.show_menus),
    Endpoint(menu_editor.PATH, ("POST",), menu_editor.change_menus, writes=True),
    Endpoint(parameters.PATH, ("GET",), parameters.show_parameters),
    Endpoint(parameters.PATH, ("POST",), parameters.save_parameters, writes=True),
    Endpoint(setup.PATH, ("GET",), setup.show_setup),
    Endpoint(f"{setup.PATH}/hint", ("GET",), setup.show_hint),
    Endpoint(demo_data.PATH, ("GET",), demo_data.show_demo),
    Endpoint(demo_data.PATH, ("POST",), demo_data.remove_demo),
    Endpoint("/tree/<model>", ("GET",), trees.show_tree),
    Endpoint(assign_position.PATH, ("GET",), assign_position.show_assign),
    Endpoint(assign_position.PATH, ("POST",), assign_position.do_assign, writes=True),
    # Counting what somebody holds is noted in the audit log.
    Endpoint(hand_over.PATH, ("GET",), hand_over.show_hand_over, writes=True),
    Endpoint(hand_over.PATH, ("POST",), hand_over.do_hand_over, writes=True),
)

_ACCESS = (
    Endpoint(people_rights.PATH, ("GET",), people_rights.show_people),
    Endpoint(f"{people_rights.PATH}/export/<form>", ("GET",), people_rights.export_people, writes=True),
    Endpoint(f"{people_rights.PATH}/<int:number>", ("GET",), people_rights.show_person),
    Endpoint(f"{people_rights.PATH}/<int:number>/export/<form>", ("GET",), people_rights.export_person, writes=True),
    Endpoint("/access/why", ("GET",), why.show_why),
    Endpoint("/access/records/<model>", ("GET",), why.offer_records),
    Endpoint("/access/matrix", ("GET",), matrix.show_matrix),
    Endpoint("/access/matrix", ("POST",), matrix.save_matrix, writes=True),
    Endpoint("/access/matrix/effects", ("POST",), matrix.show_effects),
)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("/records/<model>/batch/restore", ("POST",), restore_batch, writes=True),
    Endpoint("/records/<model>/<number>/side", ("GET",), show_side),
    *notifications.ENDPOINTS,
    *_APPS,
    *_ACCESS,
    *_SYSTEM,
    *_SETTINGS,
)
