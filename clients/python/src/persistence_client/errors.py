"""The errors of the client. All are subclasses of `PersistenceError`."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional


class PersistenceError(Exception):
    """Base of every error of this package."""


class InvalidRecord(PersistenceError, ValueError):
    """A value cannot be sent: for example a datetime without a zone. Nothing was sent."""


class ConnectionFailed(PersistenceError):
    """No answer: the connection was refused, lost or too slow.

    The service may have accepted the request all the same. A repeated write is harmless.

    Attributes:
        is_unsent: There was no connection, so the service did not get the request.
    """

    def __init__(self, text: str = "", is_unsent: bool = False) -> None:
        super().__init__(text)
        self.is_unsent = is_unsent


class AnswerBroken(PersistenceError):
    """The answer ended early, or cannot be unpacked."""


class AnswerForeign(PersistenceError):
    """What answered is no persistence service, for example a page of a proxy.

    The text says what was found and expected. It is not repeated, and nothing counts as sent.
    """


class ApiError(PersistenceError):
    """The service refused a request.

    Attributes:
        status: The HTTP status.
        error_code: For programs, such as `VALIDATION_ERROR`; `HTTP_502` if a proxy answered.
        detail: For people.
        request_id: Identifies the request in the log of the service.
        errors: With `VALIDATION_ERROR`: `{"path", "message", "value"?}` of at most 100 faults.
        retry_after: Seconds to wait, if the service names them.
        is_foreign: The answer has no `error_code`: a proxy or another program gave it.
    """

    def __init__(
        self,
        status: int,
        error_code: str,
        detail: str,
        request_id: Optional[str] = None,
        errors: Optional[List[Dict[str, Any]]] = None,
        retry_after: Optional[float] = None,
        is_foreign: bool = False,
    ) -> None:
        super().__init__(status, error_code, detail, request_id, errors, retry_after, is_foreign)
        self.status = status
        self.error_code = error_code
        self.detail = detail
        self.request_id = request_id
        self.errors = errors or []
        self.retry_after = retry_after
        self.is_foreign = is_foreign

    def __str__(self) -> str:
        request = f" (request {self.request_id})" if self.request_id else ""
        foreign = ", no answer of a persistence service" if self.is_foreign else ""
        return f"{self.status} {self.error_code}: {self.detail}{request}{foreign}"


class BadRequest(ApiError):
    """400: the request is not JSON, or not HTTP."""


class Unauthorized(ApiError):
    """401: an API key is needed, or the key is unknown."""


class Forbidden(ApiError):
    """403: the API key lacks the scope that `detail` names."""


class NotFound(ApiError):
    """404: the record does not exist."""


class Conflict(ApiError):
    """409: the id of a task already belongs to a task of another session."""


class TooLarge(ApiError):
    """413: the body exceeds a limit, which `detail` names."""


class HostNotAllowed(ApiError):
    """421: a service without keys does not serve this host name."""


class ValidationFailed(ApiError):
    """422: `errors` names the faults. No record of the batch was kept."""


class RateLimited(ApiError):
    """429: too many requests; wait for `retry_after` seconds."""


class ServerError(ApiError):
    """500 or above. A 500 is a bug of the service: report its `request_id`."""


class Unavailable(ServerError):
    """502, 503 or 504: the service or its store is away, or its buffer is full."""


BY_STATUS: Mapping[int, type[ApiError]] = {
    400: BadRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    413: TooLarge,
    421: HostNotAllowed,
    422: ValidationFailed,
    429: RateLimited,
    502: Unavailable,
    503: Unavailable,
    504: Unavailable,
}


def class_for(status: int) -> type[ApiError]:
    """The class of an error with this HTTP status."""
    return BY_STATUS.get(status, ServerError if status >= 500 else ApiError)
