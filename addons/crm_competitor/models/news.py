"""News of competitors (COMP-03) and who wants to be told of them."""

from typing import Any

from core.api import Environment, Model, fields, today


def who_writes(env: Environment) -> Any:
    """Return who is acting; None for the system."""
    return None if env.is_elevated else env.user


class CompetitorNews(Model):
    """One move of a competitor. Files are attached to the record; those who follow the competitor are told when it is entered."""

    _name = "crm.competitor.news"
    _label = "Competitor news"
    _order = "date desc, id desc"
    _rec_name = "title"

    competitor = fields.Many2one("crm.competitor", required=True, index=True, ondelete="cascade")
    date = fields.Date(default=today, required=True, index=True, help="The day it happened or became known.")
    title = fields.Char(label="Headline", required=True, index="substring")
    source = fields.Char(help="Where it is from: a fair, a customer, a web page.")
    author = fields.Many2one(
        "core.user",
        label="Entered by",
        default=who_writes,
        readonly=True,
        copy=False,
        index=True,
        ondelete="set null",
        help="Who entered it.",
    )
    text = fields.Text()


class CompetitorFollower(Model):
    """Somebody who is told of a competitor's news."""

    _name = "crm.competitor.follower"
    _label = "Follower of a competitor"
    _order = "id"
    _rec_name = "user"
    _unique = [("competitor", "user")]
    _recycle = False

    competitor = fields.Many2one("crm.competitor", required=True, index=True, ondelete="cascade")
    user = fields.Many2one("core.user", required=True, index=True, ondelete="cascade")
