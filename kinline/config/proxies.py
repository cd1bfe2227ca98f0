"""Proxies in front of web, as the environment names them: whose word on who asks is believed."""

from collections.abc import Mapping
from ipaddress import ip_network
from typing import Any


def proxies(environment: Mapping[str, str]) -> list[str]:
    """KINLINE_PROXY: addresses and networks with commas; unsaid, nobody is believed.

    Raises ValueError for what is neither, and for a network that is everybody.
    """
    named = [one.strip() for one in environment.get("KINLINE_PROXY", "").split(",") if one.strip()]
    for one in named:
        try:
            everybody = ip_network(one).prefixlen == 0
        except ValueError as wrong:
            raise ValueError(f"KINLINE_PROXY: {wrong}") from None
        if everybody:
            raise ValueError(f"KINLINE_PROXY would believe everybody: {one}")
    return named


def behind(named: list[str], application: Any) -> Any:
    """The WSGI application, told by these proxies who asks and whether by HTTPS.

    Without proxies it is as it was. It takes the nearest address that is not a proxy's.
    """
    if not named:
        return application
    from granian.utils.proxies import wrap_wsgi_with_proxy_headers  # not in every other process

    return wrap_wsgi_with_proxy_headers(application, named)
