"""Client of the Persistence Service, which keeps the state of translation jobs."""

from persistence_client.async_client import AsyncPersistenceClient
from persistence_client.calls.exporting import ExportedFile
from persistence_client.client import PersistenceClient
from persistence_client.errors import (
    AnswerBroken,
    AnswerForeign,
    ApiError,
    BadRequest,
    Conflict,
    ConnectionFailed,
    Forbidden,
    HostNotAllowed,
    InvalidRecord,
    NotFound,
    PersistenceError,
    RateLimited,
    ServerError,
    TooLarge,
    Unauthorized,
    Unavailable,
    ValidationFailed,
)
from persistence_client.generated.records import Session, SessionInput, Task, TaskInput
from persistence_client.resuming.job import Finished, Resumed
from persistence_client.resuming.rules import FINISHED, SessionNotStored, TasksNotPosted
from persistence_client.version import __version__
from persistence_client.writing.asynchronous import AsyncTaskWriter
from persistence_client.writing.blocking import TaskWriter
from persistence_client.writing.errors import (
    RecordsNotSent,
    RecordsRefused,
    RefusedRecord,
    WriterError,
)

__all__ = [
    "FINISHED",
    "AnswerBroken",
    "AnswerForeign",
    "ApiError",
    "AsyncPersistenceClient",
    "AsyncTaskWriter",
    "BadRequest",
    "Conflict",
    "ConnectionFailed",
    "ExportedFile",
    "Finished",
    "Forbidden",
    "HostNotAllowed",
    "InvalidRecord",
    "NotFound",
    "PersistenceClient",
    "PersistenceError",
    "RateLimited",
    "RecordsNotSent",
    "RecordsRefused",
    "RefusedRecord",
    "Resumed",
    "ServerError",
    "Session",
    "SessionInput",
    "SessionNotStored",
    "Task",
    "TaskInput",
    "TaskWriter",
    "TasksNotPosted",
    "TooLarge",
    "Unauthorized",
    "Unavailable",
    "ValidationFailed",
    "WriterError",
    "__version__",
]
