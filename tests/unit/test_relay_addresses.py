"""Which addresses a webhook may be sent to."""

from __future__ import annotations

import socket

import pytest

from server.relay.addresses import AddressRefused, AddressRules, CheckedSockets

INSIDE = [
    "0.0.0.0",  # noqa: S104 - nothing listens here
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.8.8.8",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "100::1",
    "2001::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]
PUBLIC = ["8.8.8.8", "172.15.0.1", "172.32.0.1", "100.63.0.1", "2606:4700::1111"]


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_refused_with_and_without_tls(address: str) -> None:
    rules = AddressRules()
    assert not rules.permit(address, tls=True)
    assert not rules.permit(address, tls=False)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_called_with_tls_only(address: str) -> None:
    rules = AddressRules()
    assert rules.permit(address, tls=True)
    assert not rules.permit(address, tls=False)


def test_a_network_that_is_allowed_is_called_also_without_tls() -> None:
    rules = AddressRules.of(["10.1.0.0/16", "::1"])
    assert rules.permit("10.1.2.3", tls=False)
    assert rules.permit("::1", tls=True)
    assert not rules.permit("10.2.0.1", tls=True)


def test_an_allowed_network_does_not_open_the_addresses_that_hide_it() -> None:
    rules = AddressRules.of(["127.0.0.0/8"])
    assert not rules.permit("::ffff:127.0.0.1", tls=True)


def test_a_socket_is_made_only_for_an_address_that_may_be_called() -> None:
    sockets = CheckedSockets(AddressRules.of(["127.0.0.1"]), tls=False)
    made = sockets((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", 80)))
    assert made.family is socket.AF_INET
    made.close()
    with pytest.raises(AddressRefused):
        sockets((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.2", 80)))
