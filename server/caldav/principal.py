"""What apps ask of a person: the addresses by which others invite (RFC 6638 2.4.1)."""

from __future__ import annotations

from itertools import islice
from xml.etree.ElementTree import Element, SubElement

from radicale import xmlutils
from typing_extensions import override

from server.caldav.part import Part

_ADDRESSES = xmlutils.make_clark("C:calendar-user-address-set")
_HREF = xmlutils.make_clark("D:href")
# A person's own principal is the first thing that a home, or the root, lists.
_LOOKED_THROUGH = 2


class PrincipalPart(Part):
    """Completes what the host says of the person who has signed in."""

    @override
    def _xml_response(self, xml_content: Element, request_info: dict[str, object]) -> bytes:
        """Add the mail address to the addresses: the host knows of the path only."""
        signed_in = self.house.served.signed_in
        if signed_in is not None and signed_in.user.email:
            for response in islice(xml_content, _LOOKED_THROUGH):
                _add(response, f"mailto:{signed_in.user.email}")
        answer: bytes = super()._xml_response(xml_content, request_info)
        return answer


def _add(response: Element, address: str) -> None:
    for addresses in response.iter(_ADDRESSES):
        if addresses.find(_HREF) is not None:
            SubElement(addresses, _HREF).text = address
