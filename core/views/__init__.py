"""Views: YAML to checked trees, patches by named node, menus, panels (layer views).

Knows models only by `core.views.resolve.RegistryLike` and makes no HTML.
"""

from core.views.admin import AdminPatch, Conflict
from core.views.jsonschema import json_schemas
from core.views.loader import Declared, declared_from, load_views
from core.views.menus import Menu, Panel
from core.views.menutree import visible_menus
from core.views.resolve import Checks
from core.views.tree import Node, Source
from core.views.view import View
from core.views.viewset import ViewSet
from core.views.vocabulary import VIEW_TYPES

__all__ = [
    "VIEW_TYPES",
    "AdminPatch",
    "Checks",
    "Conflict",
    "Declared",
    "Menu",
    "Node",
    "Panel",
    "Source",
    "View",
    "ViewSet",
    "declared_from",
    "json_schemas",
    "load_views",
    "visible_menus",
]
