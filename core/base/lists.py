"""`BaseLists`: what users keep for lists, as the web asks (`core.web.host.Lists`)."""

from __future__ import annotations

from core.base.services import lists


class BaseLists:
    """Keeps nothing itself: everything is in the database of the environment. Each method is a function of `core.base.services.lists`."""

    read_setting = staticmethod(lists.read_setting)
    write_setting = staticmethod(lists.write_setting)
    read_schemes = staticmethod(lists.read_schemes)
    save_scheme = staticmethod(lists.save_scheme)
    delete_scheme = staticmethod(lists.delete_scheme)
    favourites_among = staticmethod(lists.favourites_among)
    favourite_ids = staticmethod(lists.favourite_ids)
    set_favourite = staticmethod(lists.set_favourite)
