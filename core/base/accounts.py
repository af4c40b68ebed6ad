"""`BaseAccounts`: logins, sessions, API keys and what people do with their own account, as the web asks (`core.web.host.Accounts`)."""

from __future__ import annotations

from core.base.services import (
    authentication,
    first_login,
    password_links,
    passwords,
    preferences,
    profile,
    registration,
    sessions,
)


class BaseAccounts:
    """Keeps nothing itself: everything is in the database of the environment. Each method is a function of `core.base.services`."""

    authenticate = staticmethod(authentication.authenticate)
    verify_key = staticmethod(authentication.verify_key)

    find_session = staticmethod(sessions.find_session)
    session_seconds = staticmethod(sessions.session_seconds)
    remember_days = staticmethod(sessions.remember_days)
    start_session = staticmethod(sessions.start_session)
    renew_session = staticmethod(sessions.renew_session)
    seconds_left = staticmethod(sessions.seconds_left)
    end_session = staticmethod(sessions.end_session)

    password_rule = staticmethod(passwords.password_rule)
    change_password = staticmethod(passwords.change_password)
    must_choose_login = staticmethod(first_login.must_choose_login)
    finish_first_login = staticmethod(first_login.finish_first_login)
    links_possible = staticmethod(password_links.links_possible)
    ask_for_link = staticmethod(password_links.ask_for_link)
    link_holds = staticmethod(password_links.link_holds)
    use_link = staticmethod(password_links.use_link)
    may_register = staticmethod(registration.may_register)
    register = staticmethod(registration.register)

    read_preferences = staticmethod(preferences.read_preferences)
    write_preference = staticmethod(preferences.write_preference)
    set_picture = staticmethod(profile.set_picture)
