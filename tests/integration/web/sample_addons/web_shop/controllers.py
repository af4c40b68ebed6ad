"""Routes of the shop."""

from core.api import Page, Request, Response, ValidationError, _, go_to, route, selection_of


@route("/points/<int:customer>")
def points(request: Request, env, customer: int):
    """Data becomes JSON."""
    return {"name": env["web.customer"].get(customer).name, "by": env.user.login}


@route("/tags", methods=["POST"])
def make_tag(request: Request, env):
    """Changes data; rolled back when it raises."""
    body = request.json_body()
    tag = env["web.tag"].create({"name": body["name"]})
    if body.get("fail"):
        raise ValidationError(_("It failed afterwards."), field="name")
    return {"id": tag.id}


@route("/count", writes=True)
def count(request: Request, env):
    """A GET that writes."""
    tag = env["web.tag"].create({"name": request.args["name"]})
    env.flush()
    return tag.id


@route("/hook", methods=["POST"], auth="none")
def hook(request: Request, env):
    """Called by another system."""
    return Response(f"got {len(request.get_data())} bytes, {env.uid}", content_type="text/plain")


@route("/nothing")
def nothing(request: Request, env):
    """An empty answer."""


@route("/chosen", methods=["GET", "POST"], writes=False)
def chosen(request: Request, env):
    """Show what was chosen in a list."""
    selection = selection_of(request, "web.tag")
    rows = env["web.tag"].read(selection.domain, ["name"], selection.order)
    data = {"names": [row["name"] for row in rows], "back": selection.back, "error": None}
    return Page("web_shop/chosen.html", _("Chosen tags"), data, model="web.tag")


@route("/tag/<int:number>", methods=["GET", "POST"])
def tag_page(request: Request, env, number: int):
    """Show a tag, or give it another name."""
    tag = env["web.tag"].get(number)
    error = None
    if request.method == "POST":
        tag.update(name=request.form["name"])
        if len(request.form["name"]) > 3:
            return go_to(f"/x/web_shop/tag/{number}", _("Named"))
        error = str(_("Too short"))
    data = {"names": [tag.name], "back": request.form.get("name", ""), "error": error}
    return Page("web_shop/chosen.html", tag.name, data, status=422 if error else 200)


@route("/part/<int:number>")
def part(request: Request, env, number: int):
    """Show a part of a page."""
    return Page("web_shop/part.html", data={"name": env["web.tag"].get(number).name})


@route("/files", methods=["POST"], upload=True)
def files(request: Request, env):
    """Take a file."""
    return {"bytes": len(request.files["file"].read()), "title": request.form["title"]}
