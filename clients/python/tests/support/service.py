"""The real service, as a process on a free port with SQLite in a folder of its own."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any, Dict, Optional

import httpx

ROOT = Path(__file__).parents[4]
MAIN = ROOT / "dist" / "main.js"
IS_BUILT = MAIN.exists() and shutil.which("node") is not None
KEYS = {"writer": ["read", "write"], "reader": ["read"], "boss": ["admin"]}


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def keys_as_configured() -> str:
    """The keys of these names; each is its own secret."""
    return json.dumps(
        [
            {"name": name, "sha256": hashlib.sha256(name.encode()).hexdigest(), "scopes": scopes}
            for name, scopes in KEYS.items()
        ]
    )


class Service:
    """A service that can be killed and started again on the same port and data."""

    def __init__(self, folder: Path, env: Optional[Dict[str, str]] = None) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._env = {
            "PATH": os.environ["PATH"],
            "SERVICE_PORT": str(self.port),
            "LOGGING_LEVEL": "warn",
            "BUFFER_FLUSH_INTERVAL": "0.2",
            **(env or {}),
        }
        self._process: Optional[subprocess.Popen[bytes]] = None

    def start(self, wait: bool = True) -> Service:
        log = open(self.folder / "service.log", "ab")
        self._process = subprocess.Popen(
            ["node", str(MAIN)], cwd=self.folder, env=self._env, stdout=log, stderr=log
        )
        log.close()
        deadline = time.monotonic() + 60
        while wait and not self._is_alive():
            text = (self.folder / "service.log").read_text("utf-8")[-2000:]
            assert self._process.poll() is None, text
            assert time.monotonic() < deadline, text
            time.sleep(0.05)
        return self

    def kill(self) -> None:
        """SIGKILL: nothing is finished or flushed."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(30)

    def _is_alive(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health/live").status_code == 200
        except httpx.TransportError:
            return False


def task_of(session_id: str, number: int, **fields: Any) -> Dict[str, Any]:
    return {
        "task_id": f"{session_id}-{number}",
        "session_id": session_id,
        "batch_id": f"b{number % 3}",
        "sheet_name": f"Sheet {number % 2}",
        "row_index": number,
        "column_name": "fr",
        "source_text": f"line {number}",
        "status": "pending",
        **fields,
    }


def session_of(session_id: str, **fields: Any) -> Dict[str, Any]:
    return {
        "session_id": session_id,
        "filename": f"{session_id}.xlsx",
        "file_path": f"/{session_id}.xlsx",
        "llm_provider": "model",
        **fields,
    }
