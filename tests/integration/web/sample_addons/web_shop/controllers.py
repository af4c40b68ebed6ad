"""Routes of the shop."""

from core.api import Request, Response, ValidationError, _, route


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
