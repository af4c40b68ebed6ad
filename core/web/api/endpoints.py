"""The addresses of the API (layer web; design §2.6)."""

from __future__ import annotations

from core.web.api.actions import call_action
from core.web.api.openapi import describe
from core.web.api.records import (
    aggregate_records,
    change_record,
    create_records,
    delete_record,
    list_records,
    read_record,
)
from core.web.routes import Endpoint

BASE = "/api/v1"

ENDPOINTS = (
    Endpoint(f"{BASE}/openapi.json", ("GET",), describe),
    Endpoint(f"{BASE}/<model>", ("GET",), list_records),
    Endpoint(f"{BASE}/<model>", ("POST",), create_records, writes=True),
    Endpoint(f"{BASE}/<model>/aggregate", ("GET",), aggregate_records),
    Endpoint(f"{BASE}/<model>/<number>", ("GET",), read_record),
    Endpoint(f"{BASE}/<model>/<number>", ("PATCH",), change_record, writes=True),
    Endpoint(f"{BASE}/<model>/<number>", ("DELETE",), delete_record, writes=True),
    Endpoint(f"{BASE}/<model>/<number>/actions/<name>", ("POST",), call_action, writes=True),
)
