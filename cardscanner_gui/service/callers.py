"""Who may ask at all: no web page of another site, nobody under a name that isn't ours.

A browser on this machine reaches the service for every page that it shows. Two things give such a
page away, and neither can be forged by it: browsers say which site asks (`Sec-Fetch-Site`,
`Origin`), and under which name the page found us (`Host`), which is its own where it made its name
point here (DNS rebinding).
"""

from __future__ import annotations

import ipaddress
from http import HTTPStatus

from starlette.datastructures import Headers

from cardscanner_gui.service.options import ServiceOptions, is_loopback
from cardscanner_gui.service.refusals import Refusal

_OWN = frozenset({"same-origin", "none"})
"""`none` is a person who typed the address."""


def check_caller(headers: Headers, options: ServiceOptions) -> None:
    """Raise a `Refusal` for who isn't to be answered, whatever is asked."""
    host = headers.get("host")  # none from a simple probe; every browser sends it
    if host is not None and not _is_own_name(_without_port(host), options):
        line = (
            "The service doesn't answer under this name. Use its address, or start it with"
            " --host-name for a name of its own."
        )
        raise Refusal(HTTPStatus.MISDIRECTED_REQUEST, "not_our_name", line)
    origin = headers.get("origin")
    if headers.get("sec-fetch-site", "none") not in _OWN or (
        origin is not None and origin not in {f"http://{host}", f"https://{host}"}
    ):
        line = "A page of another site asked; the service answers programs and its own pages only."
        raise Refusal(HTTPStatus.FORBIDDEN, "foreign_page", line)


def _without_port(host: str) -> str:
    name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
    return name.lower().rstrip(".")


def _is_own_name(name: str, options: ServiceOptions) -> bool:
    if is_loopback(name) or name == options.host.lower() or name in options.host_names:
        return True
    # A page can point names here, never an address; without a key we only have this machine's.
    return options.api_key is not None and _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True
