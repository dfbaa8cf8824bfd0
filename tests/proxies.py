"""The web servers' example files of deploy/, with their places and ports put in, ready to run."""

from __future__ import annotations

import getpass
import subprocess
from pathlib import Path
from typing import NamedTuple

DEPLOY = Path(__file__).parents[1] / "deploy"
BACKEND = "127.0.0.1:8080"
"""Where the examples look for the bot."""
NAME = "bot.example.org"
"""The host that the examples are for."""
PREFIX = "/tubenotes/"
"""What the examples pass on begins so."""
_NGINX = """
user {user};
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
    client_body_temp_path {folder};
    proxy_temp_path {folder};
    fastcgi_temp_path {folder};
    uwsgi_temp_path {folder};
    scgi_temp_path {folder};
    include {folder}/tubenotes.conf;
}}
"""


class Certificate(NamedTuple):
    """A certificate and its key, as PEM files."""

    chain: Path
    key: Path


def nginx(folder: Path, *, port: int, backend: str, certificate: Certificate | None) -> list[str]:
    """The command that runs nginx with the example, in the foreground until SIGTERM.

    It listens on 127.0.0.1:`port`, by plain HTTP where there is no certificate, and passes on to
    `backend` (host:port). Its logs are tubenotes.access.log and tubenotes.error.log in `folder`.
    """
    site = (DEPLOY / "nginx.conf.example").read_text("utf-8")
    changes = {
        "listen 443 ssl;": f"listen 127.0.0.1:{port}{' ssl' if certificate else ''};",
        f"http://{BACKEND};": f"http://{backend};",
        "/var/log/nginx/": f"{folder}/",
    }
    if certificate:
        live = f"/etc/letsencrypt/live/{NAME}"
        changes[f"{live}/fullchain.pem"] = str(certificate.chain)
        changes[f"{live}/privkey.pem"] = str(certificate.key)
    else:
        site = _without(site, "ssl_certificate")
    (folder / "tubenotes.conf").write_text(_put_in(site, changes), "utf-8")
    whole = folder / "nginx.conf"
    whole.write_text(_NGINX.format(folder=folder, user=getpass.getuser()), "utf-8")
    return ["nginx", "-p", str(folder), "-e", "stderr", "-c", str(whole)]


def caddy(folder: Path, *, port: int, backend: str) -> list[str]:
    """The command that runs Caddy with the example, by plain HTTP on 127.0.0.1:`port`.

    It runs in the foreground until SIGTERM, and logs to standard error.
    """
    changes = {
        f"{NAME} {{": f"http://127.0.0.1:{port} {{",
        f"reverse_proxy {BACKEND}": f"reverse_proxy {backend}",
        "\tservers {": "\tadmin off\n\tservers {",
    }
    file = folder / "Caddyfile"
    file.write_text(_put_in((DEPLOY / "Caddyfile.example").read_text("utf-8"), changes), "utf-8")
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(file)]


def certify(folder: Path) -> Certificate:
    """A certificate for the examples' host that it signed itself. Needs openssl."""
    made = Certificate(folder / "chain.pem", folder / "key.pem")
    asked = ["req", "-x509", "-nodes", "-days", "1"]
    asked += ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    names = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME},IP:127.0.0.1"]
    files = ["-keyout", str(made.key), "-out", str(made.chain)]
    subprocess.run(["openssl", *asked, *names, *files], check=True, capture_output=True)
    return made


def _put_in(text: str, changes: dict[str, str]) -> str:
    for old, new in changes.items():
        assert old in text, f"the example has no {old!r} any more"
        text = text.replace(old, new)
    return text


def _without(text: str, word: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if word not in line)
