"""Nobody makes the relay speak to what lies inside, by an address or by a name."""

from __future__ import annotations

from socket import AddressFamily

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from typing_extensions import override

from server.domain.webhooks import DeliveryState
from tests.receiver import Receiver
from tests.telling import TellingHouse

WAITING = DeliveryState.WAITING


class Names(AbstractResolver):
    """Answers every question with these addresses."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses
        self.asked: list[str] = []

    @override
    async def resolve(
        self, host: str, port: int = 0, family: AddressFamily = AddressFamily.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=AddressFamily.AF_INET6 if ":" in address else AddressFamily.AF_INET,
                proto=0,
                flags=0,
            )
            for address in self.addresses
        ]

    @override
    async def close(self) -> None:
        """There is nothing to close."""


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.7", "169.254.169.254", "100.64.0.1", "::1", "::ffff:127.0.0.1"],
)
def test_a_name_that_leads_inside_is_refused(telling_house: TellingHouse, address: str) -> None:
    telling_house.listen("https://innocent.example/in")
    telling_house.announce()
    names = Names(address)
    assert telling_house.relay(allowed=(), resolver=names) == 1
    assert names.asked == ["innocent.example"]
    (delivery,) = telling_house.deliveries()
    assert (delivery.state, delivery.result) == (WAITING, "address-refused")


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "[::ffff:7f00:1]", "10.0.0.7"])
def test_an_address_inside_is_refused_as_it_is(telling_house: TellingHouse, host: str) -> None:
    telling_house.listen(f"https://{host}/in")
    telling_house.announce()
    telling_house.relay(allowed=())
    assert telling_house.deliveries()[0].result == "address-refused"


@pytest.mark.parametrize("host", ["2130706433", "127.1", "0x7f.1", "localhost"])
def test_another_way_of_writing_it_leads_nowhere_either(
    telling_house: TellingHouse, host: str
) -> None:
    telling_house.listen(f"https://{host}/in")
    telling_house.announce()
    telling_house.relay(allowed=())
    (delivery,) = telling_house.deliveries()
    assert delivery.state is WAITING
    assert delivery.result in {"address-refused", "name-unknown", "url-invalid"}


def test_a_name_that_leads_where_it_is_allowed_is_called(
    telling_house: TellingHouse, receiver: Receiver
) -> None:
    port = receiver.url.rpartition(":")[2]
    telling_house.listen(f"http://inside.example:{port}/in")
    telling_house.announce()
    telling_house.relay(resolver=Names("127.0.0.1"))
    assert receiver.types() == ["bill.paid"]
    assert receiver.received[0].headers["host"] == f"inside.example:{port}"


def test_without_tls_not_even_a_public_address_is_called(telling_house: TellingHouse) -> None:
    telling_house.listen("http://public.example/in")
    telling_house.announce()
    telling_house.relay(resolver=Names("8.8.8.8"))
    assert telling_house.deliveries()[0].result == "address-refused"
