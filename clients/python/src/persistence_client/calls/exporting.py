"""A file that is received whole or not at all."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from typing import IO, Optional, Union
from urllib.parse import unquote

import httpx

Target = Union[str, "os.PathLike[str]", IO[bytes]]
_IN_MEMORY = 8 * 1024 * 1024
_STAR_NAME = re.compile(r"filename\*=UTF-8''([^;]+)", re.IGNORECASE)
_PLAIN_NAME = re.compile(r'filename="((?:[^"\\]|\\.)*)"|filename=([^;\s]+)', re.IGNORECASE)


@dataclass(frozen=True)
class ExportedFile:
    """A file that was received whole."""

    filename: Optional[str]
    """The name that the service proposes."""
    size: int
    """Bytes."""


class Download:
    """Collects the parts of a file beside its target; `finish` makes it appear, `drop` deletes it.

    A path gets the file by a rename, so a broken download never looks whole. A file object gets the
    content only when it is complete.
    """

    def __init__(self, target: Target) -> None:
        self._target = target
        self._partial: Optional[str] = None
        self.size = 0
        self._file: IO[bytes]
        if isinstance(target, (str, os.PathLike)):
            folder, name = os.path.split(os.path.abspath(os.fspath(target)))
            self._partial = os.path.join(folder, f".{name}.{secrets.token_hex(6)}.part")
            self._file = open(self._partial, "xb")
        else:
            self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY)

    def write(self, chunk: bytes) -> None:
        """Adds a part."""
        self._file.write(chunk)
        self.size += len(chunk)

    def finish(self, response: httpx.Response) -> ExportedFile:
        """Hands the file over."""
        if isinstance(self._target, (str, os.PathLike)):
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            assert self._partial is not None
            os.replace(self._partial, os.fspath(self._target))
        else:
            self._file.seek(0)
            shutil.copyfileobj(self._file, self._target)
            self._file.close()
        return ExportedFile(filename_of(response), self.size)

    def drop(self) -> None:
        """Deletes what was received."""
        self._file.close()
        if self._partial is not None and os.path.exists(self._partial):
            os.unlink(self._partial)


def filename_of(response: httpx.Response) -> Optional[str]:
    """The name in Content-Disposition."""
    header = response.headers.get("content-disposition", "")
    star = _STAR_NAME.search(header)
    if star:
        return unquote(star.group(1))
    plain = _PLAIN_NAME.search(header)
    if plain is None:
        return None
    return re.sub(r"\\(.)", r"\1", plain.group(1)) if plain.group(1) else plain.group(2)
