"""A writer belongs to the process that made it."""

from __future__ import annotations

import os

from persistence_client.errors import PersistenceError


def check_process(owner: int) -> None:
    """Raises in a child of the process `owner`: there the lock may be held forever."""
    if owner != os.getpid():
        raise PersistenceError(
            "this writer belongs to the parent process, which sends what it holds; make a new "
            "client and a new writer in the child"
        )
