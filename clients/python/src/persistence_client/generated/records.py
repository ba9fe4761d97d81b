"""The records of the service.

Generated from docs/openapi.json by `npm run python:generate`; do not edit.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Dict, Mapping, Optional, TypedDict, Union


class SessionInputRequired(TypedDict):
    """The members that a SessionInput always has."""

    session_id: str
    """Names the session. The client chooses it; it is unique in the whole service and never
    changes. Use one session for a file in one target language. 1 to 36 characters, compared
    byte for byte; without white space at its ends, control characters and bidirectional
    controls; not "." or "..". Required in every write.
    """

    filename: str
    """Name of the file as people see it, in lists and as the name of an export. 1 to 255
    characters. Required in every write; the last accepted value wins.
    """

    file_path: str
    """Where the client keeps the file. The service stores the path and never opens it. 1 to 512
    characters. Required in every write; the last accepted value wins.
    """

    status: str
    """State of the work on the file, in the words of the client: `completed`, `failed`,
    `cancelled` and `skipped` are finished, every other word is unfinished. Recovery lists
    unfinished sessions, and finished ones that have unfinished tasks. 1 to 20 lower-case
    letters, digits and _, beginning with a letter. Required in every write; the last accepted
    value wins.
    """

    llm_provider: str
    """The provider of the language model. Lists of sessions can be filtered by it. 1 to 50
    characters. Required in every write; the last accepted value wins.
    """


class SessionInput(SessionInputRequired, total=False):
    """One file in translation."""

    game_info: Optional[Dict[str, Any]]
    """What the client wants to know again about the game, such as its name. The service does not
    read it. A JSON object of at most 1048576 bytes (1 MiB); it comes back as it was sent. A
    write that omits it keeps its value, which is null at first; null clears it.
    """

    metadata: Optional[Dict[str, Any]]
    """Anything else that the client wants back, such as the target language. The service does not
    read it. A JSON object of at most 1048576 bytes (1 MiB); it comes back as it was sent. A
    write that omits it keeps its value, which is null at first; null clears it.
    """

    total_tasks: int
    """Number of tasks of the file, as the client counts them. Progress is counted from the stored
    tasks, not from the four counters. A whole number from 0 to 2147483647. The greater value is
    kept, so it never decreases; a write that omits it changes nothing, and it is 0 at first.
    """

    completed_tasks: int
    """Number of completed tasks, as the client counts them. A whole number from 0 to 2147483647.
    The greater value is kept, so it never decreases; a write that omits it changes nothing, and
    it is 0 at first.
    """

    failed_tasks: int
    """Number of tasks that have failed at least once, as the client counts them. A retry does not
    decrease it. A whole number from 0 to 2147483647. The greater value is kept, so it never
    decreases; a write that omits it changes nothing, and it is 0 at first.
    """

    processing_tasks: int
    """Number of tasks in work at the moment, as the client counts them. A whole number from 0 to
    2147483647. A write that omits it keeps its value, which is 0 at first.
    """

    created_at: Any
    """When the service first accepted the record. The service sets it; a write may contain it, and
    it is ignored. An ISO 8601 date-time in UTC, with milliseconds and Z.
    """

    updated_at: Any
    """When the service last accepted a write of the record. The service sets it; a write may
    contain it, and it is ignored. An ISO 8601 date-time in UTC, with milliseconds and Z.
    """


class Session(TypedDict):
    """One file in translation."""

    session_id: str
    """Names the session. The client chooses it; it is unique in the whole service and never
    changes. Use one session for a file in one target language. 1 to 36 characters, compared
    byte for byte; without white space at its ends, control characters and bidirectional
    controls; not "." or "..". Required in every write.
    """

    filename: str
    """Name of the file as people see it, in lists and as the name of an export. 1 to 255
    characters. Required in every write; the last accepted value wins.
    """

    file_path: str
    """Where the client keeps the file. The service stores the path and never opens it. 1 to 512
    characters. Required in every write; the last accepted value wins.
    """

    status: str
    """State of the work on the file, in the words of the client: `completed`, `failed`,
    `cancelled` and `skipped` are finished, every other word is unfinished. Recovery lists
    unfinished sessions, and finished ones that have unfinished tasks. 1 to 20 lower-case
    letters, digits and _, beginning with a letter. Required in every write; the last accepted
    value wins.
    """

    game_info: Optional[Dict[str, Any]]
    """What the client wants to know again about the game, such as its name. The service does not
    read it. A JSON object of at most 1048576 bytes (1 MiB); it comes back as it was sent. A
    write that omits it keeps its value, which is null at first; null clears it.
    """

    llm_provider: str
    """The provider of the language model. Lists of sessions can be filtered by it. 1 to 50
    characters. Required in every write; the last accepted value wins.
    """

    metadata: Optional[Dict[str, Any]]
    """Anything else that the client wants back, such as the target language. The service does not
    read it. A JSON object of at most 1048576 bytes (1 MiB); it comes back as it was sent. A
    write that omits it keeps its value, which is null at first; null clears it.
    """

    total_tasks: int
    """Number of tasks of the file, as the client counts them. Progress is counted from the stored
    tasks, not from the four counters. A whole number from 0 to 2147483647. The greater value is
    kept, so it never decreases; a write that omits it changes nothing, and it is 0 at first.
    """

    completed_tasks: int
    """Number of completed tasks, as the client counts them. A whole number from 0 to 2147483647.
    The greater value is kept, so it never decreases; a write that omits it changes nothing, and
    it is 0 at first.
    """

    failed_tasks: int
    """Number of tasks that have failed at least once, as the client counts them. A retry does not
    decrease it. A whole number from 0 to 2147483647. The greater value is kept, so it never
    decreases; a write that omits it changes nothing, and it is 0 at first.
    """

    processing_tasks: int
    """Number of tasks in work at the moment, as the client counts them. A whole number from 0 to
    2147483647. A write that omits it keeps its value, which is 0 at first.
    """

    created_at: str
    """When the service first accepted the record. The service sets it; a write may contain it, and
    it is ignored. An ISO 8601 date-time in UTC, with milliseconds and Z.
    """

    updated_at: str
    """When the service last accepted a write of the record. The service sets it; a write may
    contain it, and it is ignored. An ISO 8601 date-time in UTC, with milliseconds and Z.
    """


class ListedSessionProgress(TypedDict):
    """Only with `include=progress`."""

    total: int
    """Number of stored tasks."""

    by_status: Dict[str, int]
    """Number of stored tasks by status."""


class ListedSessionRequired(TypedDict):
    """The members that a ListedSession always has."""

    session_id: str
    """Names the session. The client chooses it; it is unique in the whole service and never
    changes. Use one session for a file in one target language. 1 to 36 characters, compared
    byte for byte; without white space at its ends, control characters and bidirectional
    controls; not "." or "..". Required in every write.
    """

    filename: str
    """Name of the file as people see it, in lists and as the name of an export. 1 to 255
    characters. Required in every write; the last accepted value wins.
    """

    file_path: str
    """Where the client keeps the file. The service stores the path and never opens it. 1 to 512
    characters. Required in every write; the last accepted value wins.
    """

    status: str
    """State of the work on the file, in the words of the client: `completed`, `failed`,
    `cancelled` and `skipped` are finished, every other word is unfinished. Recovery lists
    unfinished sessions, and finished ones that have unfinished tasks. 1 to 20 lower-case
    letters, digits and _, beginning with a letter. Required in every write; the last accepted
    value wins.
    """

    game_info: Optional[Dict[str, Any]]
    """What the client wants to know again about the game, such as its name. The service does not
    read it. A JSON object of at most 1048576 bytes (1 MiB); it comes back as it was sent. A
    write that omits it keeps its value, which is null at first; null clears it.
    """

    llm_provider: str
    """The provider of the language model. Lists of sessions can be filtered by it. 1 to 50
    characters. Required in every write; the last accepted value wins.
    """

    metadata: Optional[Dict[str, Any]]
    """Anything else that the client wants back, such as the target language. The service does not
    read it. A JSON object of at most 1048576 bytes (1 MiB); it comes back as it was sent. A
    write that omits it keeps its value, which is null at first; null clears it.
    """

    total_tasks: int
    """Number of tasks of the file, as the client counts them. Progress is counted from the stored
    tasks, not from the four counters. A whole number from 0 to 2147483647. The greater value is
    kept, so it never decreases; a write that omits it changes nothing, and it is 0 at first.
    """

    completed_tasks: int
    """Number of completed tasks, as the client counts them. A whole number from 0 to 2147483647.
    The greater value is kept, so it never decreases; a write that omits it changes nothing, and
    it is 0 at first.
    """

    failed_tasks: int
    """Number of tasks that have failed at least once, as the client counts them. A retry does not
    decrease it. A whole number from 0 to 2147483647. The greater value is kept, so it never
    decreases; a write that omits it changes nothing, and it is 0 at first.
    """

    processing_tasks: int
    """Number of tasks in work at the moment, as the client counts them. A whole number from 0 to
    2147483647. A write that omits it keeps its value, which is 0 at first.
    """

    created_at: str
    """When the service first accepted the record. The service sets it; a write may contain it, and
    it is ignored. An ISO 8601 date-time in UTC, with milliseconds and Z.
    """

    updated_at: str
    """When the service last accepted a write of the record. The service sets it; a write may
    contain it, and it is ignored. An ISO 8601 date-time in UTC, with milliseconds and Z.
    """


class ListedSession(ListedSessionRequired, total=False):
    """`ListedSession` of the API."""

    progress: ListedSessionProgress
    """Only with `include=progress`."""


class TaskInputRequired(TypedDict):
    """The members that a TaskInput always has."""

    task_id: str
    """Names the task. The client chooses it; it is unique over all sessions and never changes. The
    same row is a task in every language of a game, so include the session id. 1 to 64
    characters, compared byte for byte; without white space at its ends, control characters and
    bidirectional controls; not "." or "..". Required in every write.
    """

    session_id: str
    """The session that the task belongs to, permanently. The task is deleted with it. 1 to 36
    characters, compared byte for byte; without white space at its ends, control characters and
    bidirectional controls; not "." or "..". Required in every write, always with the same
    value: a write that names another one is refused.
    """

    batch_id: str
    """Names the group of tasks that one call of the language model handles, or any other group
    that the client wants to list or retry together. It need not be unique. 1 to 64 characters,
    compared byte for byte; without white space at its ends, control characters and
    bidirectional controls; not "." or "..". Required in every write; the last accepted value
    wins.
    """

    sheet_name: str
    """The sheet of the cell. A file without sheets uses one name for all its tasks. 1 to 255
    characters. Required in every write; the last accepted value wins.
    """

    row_index: int
    """The row of the cell in its sheet. Count from 0 or 1, in the same way in the whole session:
    an export is ordered by it. A whole number from 0 to 2147483647. Required in every write;
    the last accepted value wins.
    """

    column_name: str
    """The column that the translation is written to, such as its target language. An export has
    one column for each. 1 to 255 characters. Required in every write; the last accepted value
    wins.
    """

    source_text: str
    """The text to translate. It may be empty. At most 1048576 bytes of UTF-8 (1 MiB). Required in
    every write; the last accepted value wins.
    """

    status: str
    """State of the work on the cell, in the words of the client: `completed`, `failed`,
    `cancelled` and `skipped` are finished, every other word is unfinished. Recovery returns the
    unfinished tasks; a retry sets failed ones to `pending`. 1 to 20 lower-case letters, digits
    and _, beginning with a letter. Required in every write; the last accepted value wins.
    """


class TaskInput(TaskInputRequired, total=False):
    """One cell in translation."""

    target_text: Optional[str]
    """The translation; null while there is none. At most 1048576 bytes of UTF-8 (1 MiB). A write
    that omits it keeps its value, which is null at first; null clears it.
    """

    context: Optional[str]
    """What the language model is told beside the text, such as the key of the string. At most
    1048576 bytes of UTF-8 (1 MiB). A write that omits it keeps its value, which is null at
    first; null clears it.
    """

    confidence: Optional[float]
    """How sure the client is of the translation. A number from 0 to 1, kept to 4 decimals. A write
    that omits it keeps its value, which is null at first; null clears it.
    """

    error_message: Optional[str]
    """Why the task failed, in the words of the client. `/failures` groups failed tasks by it; a
    retry clears it. At most 1048576 bytes of UTF-8 (1 MiB). A write that omits it keeps its
    value, which is null at first; null clears it.
    """

    retry_count: int
    """How often the work was repeated. The client counts its own attempts; a retry through the API
    adds 1. A whole number from 0 to 2147483647. A write that omits it keeps its value, which is
    0 at first.
    """

    start_time: Union[str, datetime, None]
    """When the work on the cell began. An ISO 8601 date-time between the years 1000 and 9999;
    without a zone it is UTC. A write that omits it keeps its value, which is null at first;
    null clears it.
    """

    end_time: Union[str, datetime, None]
    """When the work on the cell ended. An ISO 8601 date-time between the years 1000 and 9999;
    without a zone it is UTC. A write that omits it keeps its value, which is null at first;
    null clears it.
    """

    duration_ms: Optional[int]
    """Milliseconds of work on the cell. Statistics show the mean. A whole number from 0 to
    2147483647. A write that omits it keeps its value, which is null at first; null clears it.
    """

    created_at: Any
    """When the service first accepted the record. The service sets it; a write may contain it, and
    it is ignored. An ISO 8601 date-time in UTC, with milliseconds and Z.
    """

    updated_at: Any
    """When the service last accepted a write of the record. The service sets it; a write may
    contain it, and it is ignored. An ISO 8601 date-time in UTC, with milliseconds and Z.
    """


class Task(TypedDict):
    """One cell in translation."""

    task_id: str
    """Names the task. The client chooses it; it is unique over all sessions and never changes. The
    same row is a task in every language of a game, so include the session id. 1 to 64
    characters, compared byte for byte; without white space at its ends, control characters and
    bidirectional controls; not "." or "..". Required in every write.
    """

    session_id: str
    """The session that the task belongs to, permanently. The task is deleted with it. 1 to 36
    characters, compared byte for byte; without white space at its ends, control characters and
    bidirectional controls; not "." or "..". Required in every write, always with the same
    value: a write that names another one is refused.
    """

    batch_id: str
    """Names the group of tasks that one call of the language model handles, or any other group
    that the client wants to list or retry together. It need not be unique. 1 to 64 characters,
    compared byte for byte; without white space at its ends, control characters and
    bidirectional controls; not "." or "..". Required in every write; the last accepted value
    wins.
    """

    sheet_name: str
    """The sheet of the cell. A file without sheets uses one name for all its tasks. 1 to 255
    characters. Required in every write; the last accepted value wins.
    """

    row_index: int
    """The row of the cell in its sheet. Count from 0 or 1, in the same way in the whole session:
    an export is ordered by it. A whole number from 0 to 2147483647. Required in every write;
    the last accepted value wins.
    """

    column_name: str
    """The column that the translation is written to, such as its target language. An export has
    one column for each. 1 to 255 characters. Required in every write; the last accepted value
    wins.
    """

    source_text: str
    """The text to translate. It may be empty. At most 1048576 bytes of UTF-8 (1 MiB). Required in
    every write; the last accepted value wins.
    """

    target_text: Optional[str]
    """The translation; null while there is none. At most 1048576 bytes of UTF-8 (1 MiB). A write
    that omits it keeps its value, which is null at first; null clears it.
    """

    context: Optional[str]
    """What the language model is told beside the text, such as the key of the string. At most
    1048576 bytes of UTF-8 (1 MiB). A write that omits it keeps its value, which is null at
    first; null clears it.
    """

    status: str
    """State of the work on the cell, in the words of the client: `completed`, `failed`,
    `cancelled` and `skipped` are finished, every other word is unfinished. Recovery returns the
    unfinished tasks; a retry sets failed ones to `pending`. 1 to 20 lower-case letters, digits
    and _, beginning with a letter. Required in every write; the last accepted value wins.
    """

    confidence: Optional[float]
    """How sure the client is of the translation. A number from 0 to 1, kept to 4 decimals. A write
    that omits it keeps its value, which is null at first; null clears it.
    """

    error_message: Optional[str]
    """Why the task failed, in the words of the client. `/failures` groups failed tasks by it; a
    retry clears it. At most 1048576 bytes of UTF-8 (1 MiB). A write that omits it keeps its
    value, which is null at first; null clears it.
    """

    retry_count: int
    """How often the work was repeated. The client counts its own attempts; a retry through the API
    adds 1. A whole number from 0 to 2147483647. A write that omits it keeps its value, which is
    0 at first.
    """

    start_time: Optional[str]
    """When the work on the cell began. An ISO 8601 date-time between the years 1000 and 9999;
    without a zone it is UTC. A write that omits it keeps its value, which is null at first;
    null clears it.
    """

    end_time: Optional[str]
    """When the work on the cell ended. An ISO 8601 date-time between the years 1000 and 9999;
    without a zone it is UTC. A write that omits it keeps its value, which is null at first;
    null clears it.
    """

    duration_ms: Optional[int]
    """Milliseconds of work on the cell. Statistics show the mean. A whole number from 0 to
    2147483647. A write that omits it keeps its value, which is null at first; null clears it.
    """

    created_at: str
    """When the service first accepted the record. The service sets it; a write may contain it, and
    it is ignored. An ISO 8601 date-time in UTC, with milliseconds and Z.
    """

    updated_at: str
    """When the service last accepted a write of the record. The service sets it; a write may
    contain it, and it is ignored. An ISO 8601 date-time in UTC, with milliseconds and Z.
    """


SendableSession = Union[SessionInput, Session, Mapping[str, object]]
"""A session to send; one that was read can be sent back."""

SendableTask = Union[TaskInput, Task, Mapping[str, object]]
"""A task to send; one that was read can be sent back."""
