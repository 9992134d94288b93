"""The address guard (S1): decides on the address a socket is about to connect to.

It stands at connect time because everything earlier can be tricked: names resolve to inside
addresses, answers of the name server change between two questions, and 2130706433, 0x7f.1 or
full-width digits are all spellings of 127.0.0.1. ``ipaddress.is_global`` is not enough either:
it lets NAT64, 6to4, site-local and multicast addresses through.
"""

from __future__ import annotations

import functools
import ipaddress
import socket
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from bot.config.syntax import Network, network

#: not a real errno: where several addresses fail alike they are said as one, and this tells it apart
BLOCKED = 77001

#: IANA IPv6 special-purpose registry: global unicast, less protocol assignments (Teredo…),
#: documentation and 6to4 (which hides an IPv4 address)
_UNICAST = ipaddress.IPv6Network("2000::/3")
_NOT_UNICAST = tuple(
    ipaddress.IPv6Network(block) for block in ("2001::/23", "2001:db8::/32", "2002::/16")
)
#: IANA IPv4 special-purpose registry, and multicast and class E
_INSIDE = tuple(
    ipaddress.IPv4Network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
)


class Blocked(OSError):
    """The guard refused. Its text is constant: it names no inside host."""

    def __init__(self) -> None:
        super().__init__(BLOCKED, "address refused")


class Guard:
    """Which addresses may be connected to.

    :param allow: networks that are allowed though not public, as ``[fetch] allow`` writes them.
    """

    def __init__(self, allow: Iterable[str] = ()) -> None:
        self._allowed: tuple[tuple[Network, int | None], ...] = tuple(
            network(text) for text in allow
        )
        #: whether a socket may connect to an IPv4 or IPv6 address in text, and a port
        self.permits: Callable[[str, int], bool] = functools.lru_cache(1024)(self._permits)

    def _permits(self, address: str, port: int) -> bool:
        try:
            ip = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
        if any(
            (ip in net or (mapped is not None and mapped in net)) and wanted in (None, port)
            for net, wanted in self._allowed
        ):
            return True
        if isinstance(ip, ipaddress.IPv4Address):
            return not any(ip in block for block in _INSIDE)
        return ip in _UNICAST and not any(ip in block for block in _NOT_UNICAST)

    def socket(self, info: tuple[object, ...]) -> socket.socket:
        """A socket for one resolved address, as getaddrinfo says it.

        Raises Blocked.
        """
        family, kind, protocol, _, address = info
        assert isinstance(address, tuple)
        if family not in (socket.AF_INET, socket.AF_INET6) or not self.permits(
            str(address[0]), int(address[1])
        ):
            raise Blocked
        return socket.socket(family, kind, protocol)  # type: ignore[arg-type]  # getaddrinfo's own


def is_loopback(url: str) -> bool:
    """Whether ``url`` names this very machine by its address or by ``localhost``."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
