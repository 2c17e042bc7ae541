"""Which addresses a link that strangers sent may lead to: public ones only."""

from __future__ import annotations

import ipaddress
import socket

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# The only IPv6 addresses in public use (IANA, "IPv6 Global Unicast Address Assignments").
# Outside of it lie ::1, the IPv4-mapped ::ffff:0:0/96, NAT64 64:ff9b::/96, fc00::/7, fe80::/10.
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")


class AddressRefused(Exception):
    """The name leads to no public address; asking again is no use."""


def checked_address(host: str, port: int, *, loopback: bool) -> str:
    """The IP address to connect to, once every address of the name was found public.

    The caller connects to this very address: a name resolved a second time may lead
    elsewhere. Odd spellings (2130706433, 0x7f.1) are what the resolver makes of them.
    ``loopback`` also allows this machine's own addresses. Raises AddressRefused, and
    OSError where the name can't be resolved.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a label that is empty or longer than DNS can hold
        raise AddressRefused("The link's host is no name.") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(_is_allowed(address, loopback=loopback) for address in addresses):
        raise AddressRefused("The link leads to no public address.")
    return addresses[0]


def _is_allowed(text: str, *, loopback: bool) -> bool:
    address = ipaddress.ip_address(text)
    return is_public(address) or (loopback and address.is_loopback)


def is_public(address: _Address) -> bool:
    """Whether an address belongs to the Internet and to none of its special networks."""
    if isinstance(address, ipaddress.IPv6Address):
        # 6to4 and Teredo addresses carry an IPv4 address, which may be a private one.
        tunnelled = address.sixtofour is not None or address.teredo is not None
        if tunnelled or address not in _GLOBAL_V6:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved
