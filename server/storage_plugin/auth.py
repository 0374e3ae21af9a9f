"""Authentication with app passwords; the login password never comes this way."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

from radicale import auth, config
from typing_extensions import override

from server.domain.errors import NotFound
from server.storage_plugin.house import House, house_for
from server.usecases.sign_in import Attempt, HeldOff, SignedIn


class Auth(auth.BaseAuth):
    """Radicale's door: a user name and the secret of one of that user's devices."""

    def __init__(self, configuration: config.Configuration, house: House | None = None) -> None:
        super().__init__(configuration)
        self.house = house or house_for(configuration)

    @override
    def _login_ext(self, login: str, password: str, context: auth.AuthContext) -> str:
        try:
            return self.user_of(login, password, context)
        except NotFound:
            # The practice was removed while it is served: there is nobody to sign in.
            return ""

    def user_of(self, login: str, password: str, context: auth.AuthContext) -> str:
        """Return who signs in with these, "" for nobody."""
        served = self.house.served
        served.signed_in = served.held_off = None
        network = network_of(context.x_remote_addr or context.remote_addr or "")
        attempt = Attempt(login, password, network, self.house.clock.now())
        with self.house.transaction(writes=False) as uow:
            answer = self.house.doorkeeper.sign_in(uow, attempt)
        match answer:
            case SignedIn():
                served.signed_in = answer
                return answer.user.name
            case HeldOff():
                served.held_off = answer
            case None:
                pass
        return ""


@lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """Return the network whose attempts count together: /24, or /64 of IPv6."""
    try:
        host = ipaddress.ip_address(address.strip())
    except ValueError:
        return ""
    prefix = 24 if host.version == 4 else 64  # noqa: PLR2004 - IPv4
    return str(ipaddress.ip_network(f"{host}/{prefix}", strict=False))
