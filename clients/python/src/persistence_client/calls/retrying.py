"""When a request is repeated, and after which pause."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timezone
from email.utils import parsedate_to_datetime
from typing import Callable, Optional

from persistence_client.errors import AnswerBroken, ApiError, ConnectionFailed, PersistenceError

DEFAULT_MAX_RETRIES = 10
"""Ten retries take 41 to 55 seconds: longer than a restart of the service."""

REPEATED_STATUSES = frozenset({408, 429, 500, 502, 503, 504})
NOT_BEGUN_STATUSES = frozenset({408, 429, 503})
"""After these the service is not at work; after the others it may be, behind a proxy."""
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 8.0
JITTER = 0.25
LONGEST_RETRY_AFTER = 300.0
LONGEST_SPREAD = 1.0
"""Seconds: the most that is added to a pause of the service, so that clients return singly."""


@dataclass(frozen=True)
class Retrying:
    """Repeats what can pass. `jitter` gives numbers from 0 to 1; tests replace it."""

    max_retries: int = DEFAULT_MAX_RETRIES
    jitter: Callable[[], float] = random.random

    def pause_after(
        self, error: PersistenceError, attempt: int, once: bool = False
    ) -> Optional[float]:
        """Seconds to wait after the attempt with this number (from 0); None: give up."""
        if attempt >= self.max_retries or not can_pass(error, once):
            return None
        if isinstance(error, ApiError) and error.retry_after is not None:
            if error.retry_after > LONGEST_RETRY_AFTER:
                return None
            spread = min(JITTER * error.retry_after, LONGEST_SPREAD)
            return error.retry_after + spread * self.jitter()
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(attempt, 30))
        return pause * (1 - JITTER * self.jitter())


def can_pass(error: BaseException, once: bool = False) -> bool:
    """Whether the same request may succeed later.

    `once`: only if the service is not at work on it. A second clean-up beside the first would
    answer with what the first one left.
    """
    if isinstance(error, ApiError):
        return error.status in (NOT_BEGUN_STATUSES if once else REPEATED_STATUSES)
    if once:
        return isinstance(error, ConnectionFailed) and error.is_unsent
    return isinstance(error, (ConnectionFailed, AnswerBroken))


def retry_after_seconds(header: Optional[str], now: float) -> Optional[float]:
    """The header `Retry-After`, in seconds or as a date; None if it is absent or unreadable."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return max(0.0, moment.timestamp() - now)
