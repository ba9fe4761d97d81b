"""The settings of a client, and the requests and answers that follow from them."""

from __future__ import annotations

import os
import platform
import time
from dataclasses import dataclass, field, replace
from typing import Any, Callable, Container, Dict, Mapping, Optional, Union

import httpx

from persistence_client.calls.encoding import body_bytes, query_params
from persistence_client.calls.retrying import Retrying
from persistence_client.errors import (
    AnswerBroken,
    ConnectionFailed,
    InvalidRecord,
    PersistenceError,
)
from persistence_client.version import __version__

DEFAULT_URL = "http://127.0.0.1:8001"
DEFAULT_TIMEOUT = httpx.Timeout(60.0, connect=5.0)
LONG_TIMEOUT = httpx.Timeout(290.0, connect=5.0)
"""For changes that may take minutes, unless the caller gave a timeout."""
_NO_CONNECTION = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
Timeout = Union[float, httpx.Timeout, None]


@dataclass(frozen=True)
class Settings:
    """What every request of a client has in common."""

    base_url: str
    api_key: Optional[str] = field(repr=False)
    timeout: Timeout
    retrying: Retrying
    clock: Callable[[], float] = time.time

    def changed(
        self, api_key: Optional[str], timeout: Union[Timeout, str], max_retries: Optional[int]
    ) -> Settings:
        """These settings with others in place of them; a timeout that is a text stays."""
        retrying = self.retrying
        if max_retries is not None:
            retrying = replace(retrying, max_retries=max_retries)
        return replace(
            self,
            api_key=self.api_key if api_key is None else api_key_from(api_key),
            timeout=self.timeout if isinstance(timeout, str) else timeout,
            retrying=retrying,
        )

    def timeout_of(self, request: Request) -> Timeout:
        """The timeout of a request."""
        is_default = self.timeout is DEFAULT_TIMEOUT
        return LONG_TIMEOUT if request.once and is_default else self.timeout

    def headers(self) -> Dict[str, str]:
        """The headers of every request."""
        python = platform.python_version()
        agent = f"persistence-service-client/{__version__} python/{python}"
        headers = {"user-agent": agent, "accept": "application/json"}
        if self.api_key is not None:
            headers["authorization"] = f"Bearer {self.api_key}"
        return headers


@dataclass(frozen=True)
class Request:
    """A request, before it is one of httpx."""

    method: str
    path: str
    query: Mapping[str, object] = field(default_factory=dict)
    body: Optional[bytes] = None
    answers: Container[int] = (200,)
    """The statuses that are an answer and no error, if they come with JSON."""
    records: Optional[int] = None
    """The number of records of a batch."""
    once: bool = False
    """It may take minutes, and is not sent again while the service may be at work on it."""

    def build(self, client: Union[httpx.Client, httpx.AsyncClient], settings: Settings) -> Any:
        """The request of httpx."""
        headers = settings.headers()
        if self.body is not None:
            headers["content-type"] = "application/json"
        params = query_params(self.query)
        try:
            return client.build_request(
                self.method,
                settings.base_url + self.path,
                params=params,
                content=self.body,
                headers=headers,
                timeout=settings.timeout_of(self),
            )
        except (httpx.InvalidURL, ValueError) as error:
            raise InvalidRecord(f"{self.path[:200]}: no request can be made: {error}") from error


def request_of(
    method: str,
    path: str,
    query: Optional[Mapping[str, object]] = None,
    body: Optional[Mapping[str, Any]] = None,
    answers: Container[int] = (200,),
    once: bool = False,
) -> Request:
    """A request with the arguments of a generated method."""
    if body is None:
        return Request(method, path, query or {}, None, answers, once=once)
    records: Optional[int] = None
    for name in ("sessions", "tasks"):
        if name in body:
            batch = list(body[name])
            body, records = {**body, name: batch}, len(batch)
    return Request(method, path, query or {}, body_bytes(body), answers, records, once)


def base_url_from(base_url: Optional[str]) -> str:
    """The address without a slash at its end: the argument, or PERSISTENCE_URL, or the default."""
    url = (base_url or os.environ.get("PERSISTENCE_URL") or DEFAULT_URL).strip().rstrip("/")
    if not url.startswith(("http://", "https://")):
        raise PersistenceError(f"the address {url!r} does not begin with http:// or https://")
    try:
        host = httpx.URL(url).host
    except (httpx.InvalidURL, ValueError) as error:
        raise PersistenceError(f"the address {url!r} is not valid: {error}") from error
    if not host:
        raise PersistenceError(f"the address {url!r} names no host")
    return url


def api_key_from(api_key: Optional[str]) -> Optional[str]:
    """The key without the line end that a file adds: the argument, or PERSISTENCE_API_KEY."""
    key = os.environ.get("PERSISTENCE_API_KEY") if api_key is None else api_key
    key = (key or "").strip()
    if not all(" " <= letter <= "~" for letter in key):
        # The text of the error does not show the key: it goes into logs.
        raise PersistenceError("the API key has a character that no header can have")
    return key or None


def failure(
    request: Request, settings: Settings, error: Exception
) -> PersistenceError:
    """The error of a request without an answer that can be read."""
    text = f"{request.method} {settings.base_url}{request.path}: {str(error) or repr(error)}"
    if isinstance(error, httpx.DecodingError):
        return AnswerBroken(text)
    if isinstance(error, (httpx.LocalProtocolError, httpx.UnsupportedProtocol)):
        return PersistenceError(text)
    if isinstance(error, httpx.TransportError):
        return ConnectionFailed(text, isinstance(error, _NO_CONNECTION))
    return PersistenceError(text)
