"""Where a request comes from, honest behind a proxy."""

from collections.abc import Mapping
from functools import cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.http import HttpRequest

Address = IPv4Address | IPv6Address

#: What a request without a readable address counts under, such as one over a local socket.
UNKNOWN = "unknown"


def client_address(request: HttpRequest) -> str:
    """The client's address: the connection's own, or what a trusted proxy says it is.

    `X-Forwarded-For` is read from the right, and only past proxies in `TRUSTED_PROXIES` (addresses or
    networks; `unix` for a proxy on a local socket): what stands left of the first untrusted address is the
    client's own invention.
    """
    return _address_in(request.META)


def client_network(request: HttpRequest) -> str:
    """What to limit by: the address, or of IPv6 its /64, since one subscriber has all addresses of that."""
    return network_in(request.META)


def network_in(environ: Mapping[str, Any]) -> str:
    """As `client_network`, of a request as WSGI has it."""
    address = _parse(_address_in(environ))
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, 64), strict=False))
    return UNKNOWN if address is None else str(address)


def _address_in(environ: Mapping[str, Any]) -> str:
    remote = environ.get("REMOTE_ADDR", "")
    address = _parse(remote)
    if address is None and not (remote in ("", "unix") and "unix" in settings.TRUSTED_PROXIES):
        return UNKNOWN
    hops = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while hops and (address is None or _is_trusted(address)):
        forwarded = _parse(hops.pop())
        if forwarded is None:
            break
        address = forwarded
    return UNKNOWN if address is None else str(address)


def _parse(text: str) -> Address | None:
    """An address as proxies write it, with brackets or a port; IPv4 inside IPv6 is IPv4."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_trusted(address: Address) -> bool:
    return any(address in network for network in _networks(tuple(settings.TRUSTED_PROXIES)))


@cache
def _networks(proxies: tuple[str, ...]) -> list:
    return [ip_network(proxy.strip(), strict=False) for proxy in proxies if proxy.strip() != "unix"]
