"""Values of Python in the form that the API reads."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timezone
from typing import Any, Dict, Mapping, Optional
from urllib.parse import quote

from persistence_client.errors import InvalidRecord

TIMES = ("start_time", "end_time")
_HAS_ZONE = re.compile(r"(Z|z|[+-]\d\d(:?\d\d)?)$")


def segment(record_id: str) -> str:
    """An id as one segment of a path."""
    try:
        return quote(record_id, safe="")
    except (TypeError, ValueError) as error:
        raise InvalidRecord(f"the id {record_id!r} is not a text of Unicode: {error}") from error


def time_text(value: datetime, name: str) -> str:
    """An aware datetime in UTC with milliseconds."""
    if value.tzinfo is None or value.utcoffset() is None:
        raise InvalidRecord(
            f"{name}: the datetime {value.isoformat()} has no zone. The service would take it as "
            "UTC, which may be hours off. Use datetime.now(timezone.utc), or .astimezone()."
        )
    text = value.astimezone(timezone.utc).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def json_bytes(value: object, name: str = "value") -> bytes:
    """JSON in UTF-8. Raises InvalidRecord for what JSON cannot express."""

    def convert(item: object) -> str:
        if isinstance(item, datetime):
            return time_text(item, name)
        if isinstance(item, date):
            return item.isoformat()
        raise InvalidRecord(f"{name}: JSON cannot express a {type(item).__name__}")

    try:
        text = json.dumps(
            value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=convert
        )
        return text.encode("utf-8")
    except InvalidRecord:
        raise
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidRecord(f"{name}: {error}") from error


def plain_record(record: Mapping[str, object]) -> Dict[str, Any]:
    """A copy of a record whose times are texts. Refuses times without a zone."""
    copy: Dict[str, Any] = dict(record)
    for name in TIMES:
        value = copy.get(name)
        if isinstance(value, datetime):
            copy[name] = time_text(value, name)
        elif isinstance(value, str) and not _HAS_ZONE.search(value[10:]):
            raise InvalidRecord(
                f"{name}: {value!r} has no zone. The service would take it as UTC, which may be "
                "hours off. Send an aware datetime, or a text that ends with Z or an offset."
            )
    return copy


def body_bytes(members: Mapping[str, Any]) -> Optional[bytes]:
    """A body; members that are None are left out. None if all are."""
    given = {name: value for name, value in members.items() if value is not None}
    if not given:
        return None
    for name in ("sessions", "tasks"):
        if name in given:
            given[name] = [plain_record(record) for record in given[name]]
    return json_bytes(given)


def query_params(members: Mapping[str, object]) -> Dict[str, str]:
    """Parameters of a query; those that are None are left out."""
    params = {
        name: _parameter(name, value) for name, value in members.items() if value is not None
    }
    for name, text in params.items():
        if not is_unicode(text):
            raise InvalidRecord(f"{name}: {text!r} has half of a character (a lone surrogate)")
    return params


def is_unicode(text: str) -> bool:
    """Whether UTF-8 can express the text: a lone surrogate is half of a character."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _parameter(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return time_text(value, name)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple, set, frozenset)):
        return ",".join(str(item) for item in value)
    return str(value)
