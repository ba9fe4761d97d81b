"""The connections of a client. They belong to one process."""

from __future__ import annotations

import ipaddress
import os
from typing import Any, Callable, Dict, Generic, Optional, TypeVar

import httpx

from persistence_client.errors import PersistenceError

Http = TypeVar("Http")


def is_loopback(base_url: str) -> bool:
    """Whether the address is one of this machine: 127.0.0.0/8, ::1, localhost."""
    host = httpx.URL(base_url).host.lower().rstrip(".")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def http_options(base_url: str) -> Dict[str, Any]:
    """The options of a client of httpx for this address.

    The proxy of HTTP_PROXY runs elsewhere: its loopback address is another machine. Certificates of
    SSL_CERT_FILE hold all the same.
    """
    if not is_loopback(base_url):
        return {}
    return {"trust_env": False, "verify": httpx.create_ssl_context()}


class Connections(Generic[Http]):
    """A client of httpx. A child process gets one of its own.

    Two processes on one connection would read the answers of each other.

    Args:
        http: The client of httpx.
        renew: Makes another one. None: the caller gave them, and only the caller can renew them.
    """

    def __init__(self, http: Http, renew: Optional[Callable[[], Http]]) -> None:
        self._http = http
        self._renew = renew
        self._process = os.getpid()
        self._inherited: Optional[Http] = None

    def is_inherited(self) -> bool:
        """Whether the connections are those of the parent process."""
        return self._process != os.getpid()

    def current(self) -> Http:
        """The client of httpx of this process."""
        if self.is_inherited():
            if self._renew is None:
                raise PersistenceError(
                    "the connections of this client belong to the parent process; make a new "
                    "client and a new writer in the child"
                )
            # It is kept, not closed: closing could end the connection of the parent.
            self._inherited = self._http
            self._http = self._renew()
            self._process = os.getpid()
        return self._http
