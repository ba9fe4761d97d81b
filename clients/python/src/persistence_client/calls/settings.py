"""The settings of a client, and the requests and answers that follow from them."""

from __future__ import annotations

import os
import platform
import time
from dataclasses import dataclass, field, replace
from typing import Any, Callable, Container, Dict, Mapping, NoReturn, Optional, Union

import httpx

from persistence_client.calls.encoding import body_bytes, query_params
from persistence_client.calls.retrying import Retrying, retry_after_seconds
from persistence_client.errors import AnswerBroken, ConnectionFailed, PersistenceError, class_for
from persistence_client.version import __version__

DEFAULT_URL = "http://127.0.0.1:8001"
DEFAULT_TIMEOUT = httpx.Timeout(60.0, connect=5.0)
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

    def build(self, client: Union[httpx.Client, httpx.AsyncClient], settings: Settings) -> Any:
        """The request of httpx."""
        headers = settings.headers()
        if self.body is not None:
            headers["content-type"] = "application/json"
        return client.build_request(
            self.method,
            settings.base_url + self.path,
            params=query_params(self.query),
            content=self.body,
            headers=headers,
            timeout=settings.timeout,
        )


def request_of(
    method: str,
    path: str,
    query: Optional[Mapping[str, object]] = None,
    body: Optional[Mapping[str, Any]] = None,
    answers: Container[int] = (200,),
) -> Request:
    """A request with the arguments of a generated method."""
    content = None if body is None else body_bytes(body)
    return Request(method, path, query or {}, content, answers)


def base_url_from(base_url: Optional[str]) -> str:
    """The address without a slash at its end: the argument, or PERSISTENCE_URL, or the default."""
    url = (base_url or os.environ.get("PERSISTENCE_URL") or DEFAULT_URL).strip().rstrip("/")
    if not url.startswith(("http://", "https://")):
        raise PersistenceError(f"the address {url!r} does not begin with http:// or https://")
    return url


def api_key_from(api_key: Optional[str]) -> Optional[str]:
    """The key without the line end that a file adds: the argument, or PERSISTENCE_API_KEY."""
    key = os.environ.get("PERSISTENCE_API_KEY") if api_key is None else api_key
    return (key or "").strip() or None


def is_answer(request: Request, response: httpx.Response) -> bool:
    """Whether the response is what the method returns, and no error."""
    if response.status_code == 200:
        return True
    kind = response.headers.get("content-type", "")
    return response.status_code in request.answers and kind.startswith("application/json")


def json_of(response: httpx.Response) -> Any:
    """The JSON of an answer. Raises AnswerBroken if it was cut off."""
    try:
        return response.json()
    except ValueError as error:
        raise AnswerBroken(f"the answer is not valid JSON: {error}") from error


def raise_for(response: httpx.Response, clock: Callable[[], float]) -> NoReturn:
    """Raises the error of a response that was read."""
    try:
        problem = response.json()
    except ValueError:
        problem = {}
    if not isinstance(problem, dict):
        problem = {}
    status = response.status_code
    raise class_for(status)(
        status,
        str(problem.get("error_code") or f"HTTP_{status}"),
        str(problem.get("detail") or response.reason_phrase or "no reason was given"),
        problem.get("request_id") or response.headers.get("x-request-id"),
        problem.get("errors"),
        retry_after_seconds(response.headers.get("retry-after"), clock()),
    )


def failure(
    request: Request, settings: Settings, error: httpx.TransportError
) -> PersistenceError:
    """The error of a request without an answer."""
    text = f"{request.method} {settings.base_url}{request.path}: {error or repr(error)}"
    if isinstance(error, (httpx.LocalProtocolError, httpx.UnsupportedProtocol)):
        return PersistenceError(text)
    return ConnectionFailed(text)
