import inspect
import json
import re
from pathlib import Path

import pytest

from persistence_client import AsyncPersistenceClient, PersistenceClient

DOCUMENT = json.loads((Path(__file__).parents[4] / "docs/openapi.json").read_text("utf-8"))
OPERATIONS = [one for path in DOCUMENT["paths"].values() for one in path.values()]
HELPERS = {"close", "aclose", "with_options", "task_writer", "resume", "finish"}
CLIENTS = [PersistenceClient, AsyncPersistenceClient]


def snake_case(name):
    return re.sub("[A-Z]", lambda match: "_" + match.group().lower(), name)


def methods_of(client):
    return {name for name, _ in inspect.getmembers(client, inspect.isfunction) if name[0] != "_"}


@pytest.mark.parametrize("client", CLIENTS)
def test_the_methods_are_the_operations_of_the_api(client):
    operations = {snake_case(one["operationId"]) for one in OPERATIONS}
    methods = {name for name in methods_of(client) - HELPERS if not name.startswith("iter_")}
    assert methods == operations
    assert len(operations) == 27


@pytest.mark.parametrize("client", CLIENTS)
def test_the_arguments_are_the_parameters_of_the_api(client):
    for operation in OPERATIONS:
        signature = inspect.signature(getattr(client, snake_case(operation["operationId"])))
        query = [one["name"] for one in operation.get("parameters", []) if one["in"] == "query"]
        named = [
            name
            for name, one in signature.parameters.items()
            if one.kind is inspect.Parameter.KEYWORD_ONLY
        ]
        assert named[: len(query)] == query


def test_both_clients_offer_the_same():
    blocking = {name.replace("close", "aclose") for name in methods_of(PersistenceClient)}
    assert blocking == methods_of(AsyncPersistenceClient)
    for name in blocking - {"aclose", "task_writer", "with_options"}:
        one, other = getattr(PersistenceClient, name), getattr(AsyncPersistenceClient, name)
        assert list(inspect.signature(one).parameters) == list(inspect.signature(other).parameters)


def test_every_list_with_pages_has_an_iterator():
    assert {name for name in methods_of(PersistenceClient) if name.startswith("iter_")} == {
        "iter_sessions",
        "iter_tasks",
        "iter_tasks_of_session",
        "iter_quarantine",
    }
