"""The addresses of the pages (layer web)."""

from __future__ import annotations

from core.web.pages import preferences
from core.web.pages.batch import run_batch
from core.web.pages.builder import build_conditions, save_conditions
from core.web.pages.calendars import list_events, move_event
from core.web.pages.choices import create_choice, offer_choices
from core.web.pages.choosing import choose_columns
from core.web.pages.conditionchooser import choose_conditions
from core.web.pages.exportpages import export_figures
from core.web.pages.forms import edit_record, new_record, show_record
from core.web.pages.help import show_help, show_topic
from core.web.pages.kanban import move_card
from core.web.pages.palette import show_palette
from core.web.pages.previewing import preview_record
from core.web.pages.records import show_records
from core.web.pages.saving import copy_record, create_record, delete_record, press_button, update_record
from core.web.pages.schemes import keep_scheme
from core.web.pages.stars import set_star, show_star
from core.web.pages.unscheduled import list_unscheduled
from core.web.routes import Endpoint

ONE = "/records/<model>/<number>"

ENDPOINTS = (
    *preferences.ENDPOINTS,
    Endpoint("/records/<model>", ("GET",), show_records),
    Endpoint("/records/<model>/conditions", ("POST",), build_conditions),
    Endpoint("/records/<model>/conditions/choose", ("GET", "POST"), choose_conditions),
    Endpoint("/records/<model>/conditions/save", ("POST",), save_conditions, writes=True),
    Endpoint("/records/<model>/columns", ("POST",), choose_columns, writes=True),
    Endpoint("/records/<model>/schemes", ("POST",), keep_scheme, writes=True),
    Endpoint("/records/<model>/batch", ("POST",), run_batch, writes=True),
    Endpoint("/records/<model>/export/<form>", ("GET",), export_figures, writes=True),
    Endpoint("/records/<model>/new", ("GET",), new_record),
    Endpoint("/records/<model>/new", ("POST",), create_record, writes=True),
    Endpoint("/records/<model>/new/preview", ("POST",), preview_record),
    Endpoint(ONE, ("GET",), show_record),
    Endpoint(ONE, ("POST",), update_record, writes=True),
    Endpoint(f"{ONE}/star", ("GET",), show_star),
    Endpoint(f"{ONE}/star", ("POST",), set_star, writes=True),
    Endpoint(f"{ONE}/move", ("POST",), move_card, writes=True),
    Endpoint(f"{ONE}/edit", ("GET",), edit_record),
    Endpoint(f"{ONE}/preview", ("POST",), preview_record, writes=True),
    Endpoint(f"{ONE}/delete", ("POST",), delete_record, writes=True),
    Endpoint(f"{ONE}/copy", ("POST",), copy_record, writes=True),
    Endpoint(f"{ONE}/actions/<name>", ("POST",), press_button, writes=True),
    Endpoint("/help", ("GET",), show_help),
    Endpoint("/help/<addon>", ("GET",), show_topic),
    Endpoint("/palette", ("GET",), show_palette),
    Endpoint("/calendar/<model>/events", ("GET",), list_events),
    Endpoint("/calendar/<model>/unscheduled", ("GET",), list_unscheduled),
    Endpoint("/calendar/<model>/<number>", ("POST",), move_event, writes=True),
    Endpoint("/choices/<model>/<field>", ("GET",), offer_choices),
    Endpoint("/choices/<model>/<field>", ("POST",), create_choice, writes=True),
)
