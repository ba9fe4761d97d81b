"""A proxy of the environment serves other hosts; addresses of this machine are asked directly."""

import asyncio
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from persistence_client import AsyncPersistenceClient, PersistenceClient
from persistence_client.calls.connections import is_loopback

NOBODY = "http://127.0.0.1:9"
"""The port of `discard`: a proxy that refuses."""
VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture
def server():
    """A server of this machine: its port, and the request lines that it got."""
    lines = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            lines.append(self.path)
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(b'{"status":"alive"}')

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    serving = threading.Thread(target=server.serve_forever, args=(0.01,))
    serving.start()
    yield server.server_address[1], lines
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def ask(kind, url):
    if kind == "blocking":
        with PersistenceClient(url, max_retries=0) as client:
            return client.get_liveness()

    async def run():
        async with AsyncPersistenceClient(url, max_retries=0) as client:
            return await client.get_liveness()

    return asyncio.run(run())


@pytest.fixture(params=["blocking", "asynchronous"])
def kind(request):
    return request.param


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("proxy", [NOBODY, "socks5://127.0.0.1:9"])
def test_an_address_of_this_machine_is_asked_without_a_proxy(
    kind, server, monkeypatch, host, proxy
):
    """httpx needs another package for SOCKS, and raises without it as soon as it is made."""
    monkeypatch.setenv("HTTP_PROXY", proxy)
    monkeypatch.setenv("ALL_PROXY", proxy)
    port, lines = server
    assert ask(kind, f"http://{host}:{port}") == {"status": "alive"}
    assert lines == ["/health/live"]


def test_another_host_is_asked_through_the_proxy(kind, server, monkeypatch):
    port, lines = server
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
    assert ask(kind, "http://service.test") == {"status": "alive"}
    assert lines == ["http://service.test/health/live"]


def test_a_child_process_asks_as_its_parent_does(kind, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", NOBODY)
    kinds = {"blocking": PersistenceClient, "asynchronous": AsyncPersistenceClient}
    client = kinds[kind]("http://127.0.0.1:8001")
    before = client._http
    monkeypatch.setattr("os.getpid", lambda: -1)
    assert client._http is not before
    assert client._http.trust_env is False


def test_names_of_this_machine_are_known():
    for host in ("localhost", "LOCALHOST", "a.localhost", "127.0.0.1", "127.255.0.3", "::1"):
        assert is_loopback(f"http://[{host}]:1" if ":" in host else f"http://{host}:1/prefix")
    for host in ("service.test", "10.0.0.1", "128.0.0.1", "notlocalhost", "localhost.test"):
        assert not is_loopback(f"https://{host}")
