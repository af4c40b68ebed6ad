"""A route that comes and goes with the addon."""

from core.api import route


@route("/hello")
def hello(request, env):
    """Greet."""
    return {"hello": env.user.login}
