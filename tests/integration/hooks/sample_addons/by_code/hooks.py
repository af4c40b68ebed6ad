"""One implementation of every hook that the core and the base addon offer."""

from core.api import (
    FileImported,
    HandOverKind,
    ImportsUndone,
    Model,
    ValidationError,
    fields,
    hookimpl,
    job,
    route,
    transition,
)

COLUMNS = {"name": "char", "author": "char"}


@transition("state", source=["draft"], target="published", label="Publish")
def publish(self):
    """Show the note to everybody."""


@hookimpl
def declare_models(addon):
    """Make a model from a table of columns, as from a sheet somebody filled in."""
    values = {name: fields.Char(required=name == "name") for name in COLUMNS}
    values["state"] = fields.Selection({"draft": "Draft", "published": "Published"}, default="draft")
    values["owner"] = fields.Many2one("core.user")
    own = {"_name": "by_code.note", "_label": "Note", "publish": publish, "__doc__": "A note.", "__module__": __name__}
    return [type("Note", (Model,), {**own, **values})]


@hookimpl
def declare_views(addon):
    """Show every column of the table."""
    view = {"id": "by_code.note_list", "model": "by_code.note", "type": "list", "columns": list(COLUMNS)}
    return [{"views": [view]}]


@hookimpl
def declare_access(addon):
    """Let writers write."""
    group = {"id": "by_code.writer", "label": "Writer"}
    return [{"groups": [group], "access": {"by_code.note": {"by_code.writer": "crud"}}}]


@hookimpl
def declare_data(addon):
    """Ship one note."""
    return [{"by_code.note": [{"id": "first", "name": "First"}]}]


@route("/notes")
def notes(request, env):
    """Answer with the names of all notes."""
    return env["by_code.note"].search().mapped("name")


@hookimpl
def declare_routes(addon):
    """Answer one address."""
    return [notes]


@job()
def tidy(env):
    """Say how many notes there are."""
    return env["by_code.note"].count()


@hookimpl
def declare_jobs(addon):
    """Tidy up in the background."""
    return [tidy]


@hookimpl
def before_transition(env, record, transition):
    """Hold notes that need a second look, refuse those without an author."""
    if record.name == "hold":
        return "held"
    if not record.author:
        raise ValidationError("A note needs an author.", field="author")
    return None


@hookimpl
def after_transition(env, record, transition):
    """Sign what was published."""
    record.author = f"{record.author}, {transition.target}"


@hookimpl
def addon_enabled(env, addon):
    """Keep a diary."""
    env["by_code.note"].create({"name": f"enabled {addon.name}"})


@hookimpl
def addon_disabled(env, addon):
    """Keep a diary."""
    env["by_code.note"].create({"name": f"disabled {addon.name}"})


@hookimpl
def register_hand_over_kinds():
    """Only drafts pass to somebody else."""
    return [HandOverKind("by_code.note", [["state", "=", "draft"]])]


@hookimpl
def import_file(env, request):
    """Take files of notes, and leave others to others."""
    if request.file.suffix != ".note":
        return None
    env["by_code.note"].create({"name": request.file.stem})
    return FileImported(created=1, updated=0)


@hookimpl
def undo_imports(env, batch):
    """Take notes back that a set brought in."""
    notes = env["by_code.note"].search([["name", "=", batch]])
    notes.delete()
    return ImportsUndone(imports=1, deleted=len(notes), restored=0)
