"""Who may connect: AE titles, and the addresses each may come from."""

import ipaddress
from collections.abc import Iterable

from calcsight.node.configuration import Caller


class Gate:
    """The list of callers; an empty list admits anyone, which the settings allow on loopback alone.

    Parameters
    ----------
    callers : iterable of Caller
    """

    def __init__(self, callers: Iterable[Caller]) -> None:
        self._networks = {
            one.ae_title: tuple(ipaddress.ip_network(place) for place in one.addresses)
            for one in callers
        }

    def may_connect(self, address: str) -> bool:
        """Tell whether anyone may come from an address; asked before a byte is read."""
        return not self._networks or any(
            _lies_in(address, networks) for networks in self._networks.values()
        )

    def admits(self, ae_title: str, address: str) -> bool:
        """Tell whether a caller of this title may come from this address."""
        if not self._networks:
            return True
        networks = self._networks.get(ae_title.strip())
        return networks is not None and _lies_in(address, networks)


def _lies_in(
    address: str, networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
) -> bool:
    """Tell whether an address is in one of the networks; none stated = any."""
    if not networks:
        return True
    place = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(place, ipaddress.IPv6Address) and place.ipv4_mapped:
        place = place.ipv4_mapped
    return any(place in network for network in networks)
