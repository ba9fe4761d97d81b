"""After a fork the child uses no connection, lock or record of its parent."""

import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from persistence_client import AsyncPersistenceClient, PersistenceClient, PersistenceError
from support.fakes import FakeService, async_client_of, client_of, task

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.fixture
def connections():
    """The connections that a server on this machine has taken; it keeps them open."""
    taken = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self):
            super().setup()
            taken.append(self)

        def do_GET(self):
            self.send_response(200)
            self.send_header("content-length", "18")
            self.end_headers()
            self.wfile.write(b'{"status":"alive"}')

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    taken.clear()
    yield taken, f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    serving.join()
    server.server_close()


def in_child(work):
    """Whether `work` returns True in a child process; a child that hangs is killed by its alarm."""
    child = os.fork()
    if child == 0:
        import signal

        signal.alarm(10)
        try:
            os._exit(0 if work() is True else 1)
        except BaseException:
            os._exit(2)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_child_has_a_connection_of_its_own(connections):
    taken, url = connections
    with PersistenceClient(url) as client:
        client.get_liveness()
        other = client.with_options(max_retries=0)
        assert in_child(lambda: client.get_liveness() == {"status": "alive"})
        assert len(taken) == 2
        assert in_child(lambda: other.get_liveness() == {"status": "alive"})
        assert len(taken) == 3
        assert in_child(lambda: client.close() is None)
        client.get_liveness()
        assert len(taken) == 3


def refuses(work):
    try:
        work()
    except PersistenceError as error:
        return "in the child" in str(error)
    return False


def test_connections_that_were_given_are_refused_in_a_child(monkeypatch):
    alive = httpx.Response(200, json={"status": "alive"})
    own = httpx.Client(transport=httpx.MockTransport(lambda request: alive))
    client = PersistenceClient("http://service.test", http_client=own)
    assert in_child(lambda: refuses(client.get_liveness))
    assert client.get_liveness() == {"status": "alive"}
    own.close()


def test_an_asynchronous_client_has_new_connections_in_a_child(monkeypatch):
    client = AsyncPersistenceClient("http://service.test")
    before = client._http
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert client._http is not before
    assert client._http is client.with_options(max_retries=0)._http


def test_a_writer_of_the_parent_is_refused_in_a_child_also_while_its_lock_is_held():
    service = FakeService()
    with client_of(service) as client, client.task_writer(max_age=600) as writer:
        writer.put(task(1))
        with writer._changed:
            assert in_child(
                lambda: refuses(lambda: writer.unsent)
                and refuses(lambda: writer.refused)
                and refuses(lambda: writer.put(task(2)))
                and refuses(writer.flush)
                and writer.close() is None
            )
    assert list(service.tasks) == ["t1"]


def test_an_asynchronous_writer_of_the_parent_is_refused_in_a_child():
    writer = async_client_of(FakeService()).task_writer()

    def step(work):
        try:
            work.send(None)
        except StopIteration:
            return None

    assert in_child(
        lambda: refuses(lambda: writer.unsent)
        and refuses(lambda: step(writer.put(task(1))))
        and refuses(lambda: step(writer.flush()))
        and step(writer.aclose()) is None
    )
