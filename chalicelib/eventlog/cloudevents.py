"""Events as CloudEvents 1.0 in JSON, for those who read the log from outside.

Source: CloudEvents specification 1.0.2, sections 3.1 and 3.2, and its JSON event format.
"""

from datetime import UTC, datetime

import msgspec

from chalicelib.domain.events import RecordedEvent
from chalicelib.eventlog.codec import encode_data

TYPE_PREFIX = "kz.qaiyrym."


def to_cloudevent(recorded: RecordedEvent) -> dict[str, object]:
    """Return an event as a CloudEvent: `subject` is the stream, the extension `version` its place there."""
    data = msgspec.json.decode(encode_data(recorded.event))
    return {
        "specversion": "1.0",
        "id": recorded.event_id,
        "source": f"/v1/campaigns/{recorded.campaign}",
        "type": f"{TYPE_PREFIX}{type(recorded.event).__name__}.v{data.pop('schema')}",
        "subject": recorded.stream,
        "time": datetime.fromtimestamp(recorded.recorded_at / 1000, UTC).isoformat(timespec="milliseconds"),
        "datacontenttype": "application/json",
        "version": recorded.version,
        "data": data,
    }
