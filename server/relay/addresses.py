"""Which addresses may be called: nobody makes this server speak to what lies inside."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final, TypeAlias

from aiohttp import AddrInfoType

Network: TypeAlias = IPv4Network | IPv6Network

_GIVEN_OUT: Final = IPv6Network("2000::/3")
# No hosts of their own: protocol assignments, relays and tunnels, which carry another address
# inside, and documentation. Not every version of Python knows all of them.
_NO_HOSTS: Final = tuple(
    ip_network(each)
    for each in (
        "192.0.0.0/24",
        "192.88.99.0/24",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
    )
)


class AddressRefused(OSError):
    """The endpoint is at an address that may not be called."""

    def __init__(self) -> None:
        super().__init__("address refused")


@dataclass(frozen=True, slots=True)
class AddressRules:
    """``allowed`` may be called, also without TLS, whatever else would be said of them."""

    allowed: tuple[Network, ...] = ()

    @classmethod
    def of(cls, networks: Iterable[str]) -> AddressRules:
        """Return the rules for networks such as 10.0.0.0/8; raises ValueError."""
        return cls(tuple(ip_network(network) for network in networks))

    def permit(self, address: str, *, tls: bool) -> bool:
        """Whether an address may be called; without TLS only one that is allowed by name."""
        judged = ip_address(address.partition("%")[0])
        if any(judged in network for network in self.allowed):
            return True
        return tls and is_public(judged)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one of the internet at large."""
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if any(address in network for network in _NO_HOSTS):
        return False
    # IPv4 that is mapped or translated, and what was once site-local, lie outside of this.
    return isinstance(address, IPv4Address) or address in _GIVEN_OUT


@dataclass(frozen=True, slots=True)
class CheckedSockets:
    """Makes the sockets of a client, each for an address that it may call.

    The check stands where the connection is made, so that it sees the address itself, however
    it came about: written in a URL, or the second of two different answers to the same
    question (DNS rebinding).
    """

    rules: AddressRules
    tls: bool

    def __call__(self, address: AddrInfoType) -> socket.socket:
        """Return a socket for an address; raises AddressRefused."""
        family, kind, protocol, _, place = address
        if not self.rules.permit(str(place[0]), tls=self.tls):
            raise AddressRefused
        return socket.socket(family, kind, protocol)
