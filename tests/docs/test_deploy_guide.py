"""The files of the deployment guide are those of ``config/deploy``, and agree with each other and with the program."""

import configparser
import re
import shlex

import pytest
import yaml

from tests.docs.blocks import ROOT, blocks

GUIDE = "docs/how-to/deploy.md"
FOLDER = ROOT / "config" / "deploy"
TEXT = (ROOT / GUIDE).read_text(encoding="utf-8")


def unit(name: str) -> configparser.SectionProxy:
    """Return the service part of a unit; of keys that stand several times, all values in one, a line each."""
    lines: dict[str, list[str]] = {}
    for line in (
        (FOLDER / name).read_text(encoding="utf-8").partition("[Service]\n")[2].partition("\n[")[0].splitlines()
    ):
        if line and not line.startswith("#"):
            key, _equals, value = line.partition("=")
            lines.setdefault(key, []).append(value)
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser["Service"] = {key: "\n".join(values) for key, values in lines.items()}
    return parser["Service"]


def test_the_guide_names_every_file_of_the_folder_and_no_other():
    named = {each.rstrip(".") for each in re.findall(r"config/deploy/([\w.-]+)", TEXT)}
    assert named == {path.name for path in FOLDER.iterdir()}


def test_files_that_the_guide_shows_are_as_shown():
    shown = [block for block in blocks(GUIDE) if block.file]
    assert {block.file for block in shown} == {"config/deploy/tangram.yaml", "config/deploy/nginx.conf"}
    for block in shown:
        assert block.text == (ROOT / str(block.file)).read_text(encoding="utf-8"), block.file


@pytest.mark.rows("CORE-51")
def test_services_start_what_there_is_as_the_user_of_the_guide():
    for path in sorted(FOLDER.glob("*.service")):
        service = unit(path.name)
        program, *words = shlex.split(service["ExecStart"])
        inside = program.removeprefix(service["WorkingDirectory"] + "/")
        assert (ROOT / inside).exists() or inside in (".venv/bin/gunicorn", ".venv/bin/tangram"), path.name
        assert all((ROOT / word).is_file() for word in words if word.startswith("config/")), path.name
        assert (service["User"], service["ProtectSystem"]) == ("tangram", "strict"), path.name
        assert "TANGRAM_CONFIG=/etc/tangram/tangram.yaml" in service["Environment"], path.name


@pytest.mark.rows("CORE-51")
def test_the_proxy_asks_where_gunicorn_listens_and_lets_the_largest_upload_through():
    proxy = (FOLDER / "nginx.conf").read_text(encoding="utf-8")
    settings = yaml.safe_load((FOLDER / "tangram.yaml").read_text(encoding="utf-8"))
    (address,) = re.findall(r"proxy_pass http://([\d.:]+);", proxy)
    assert f"TANGRAM_BIND={address}" in unit("tangram.service")["Environment"].splitlines()
    (limit,) = re.findall(r"client_max_body_size (\d+)m;", proxy)
    assert int(limit) > settings.get("attachment_max_mb", 50)
    assert f"server_name {settings['public_url'].removeprefix('https://')};" in proxy
    # Who comes without encryption is only sent to where there is some.
    plain, encrypted = re.findall(r"^server \{$(.*?)^\}$", proxy, re.M | re.S)
    assert "return 301 https://" in plain and "proxy_pass" not in plain
    assert "listen 443 ssl" in encrypted and "ssl_protocols       TLSv1.2 TLSv1.3;" in encrypted
    assert settings["trusted_proxies"] == 1


@pytest.mark.rows("CORE-72")
def test_a_timer_makes_the_backup_of_every_night():
    assert "OnCalendar=*-*-* 02:30" in (FOLDER / "tangram-backup.timer").read_text(encoding="utf-8").splitlines()
    script = unit("tangram-backup.service")["ExecStart"].removeprefix("/opt/tangram/config/deploy/")
    assert re.search(r"^\S+/tangram backup --force ", (FOLDER / script).read_text(encoding="utf-8"), re.M)
