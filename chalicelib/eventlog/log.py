"""Append to a participant's stream and read it back.

An append is one conditional put. There is no index, no update and no delete: the writer's role may not do either.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from chalicelib.domain.decider import CARRIED_SUBMISSIONS, INITIAL, Carry, State, advance, evolve, track
from chalicelib.domain.events import Event, RecordedEvent
from chalicelib.eventlog.codec import decode, decode_carry, encode

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class ExpectedVersionConflict(Exception):
    """Another event stands at the version: `state` is the stream's state after that one."""

    def __init__(self, state: State) -> None:
        super().__init__(f"version {state.version} is taken")
        self.state = state


class EventLog:
    """The log in one DynamoDB table, through one botocore client."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def append(self, stream: str, state: State, event: Event, event_id: str, now: int) -> tuple[RecordedEvent, State]:
        """Append one event after `state` and return it with the state that follows. One request, no read.

        Raises:
            Conflict: another event stands there already.
        """
        recorded = RecordedEvent(stream, state.version + 1, event_id, now, event)
        try:
            self._client.put_item(
                TableName=self._table,
                Item=encode(recorded, advance(state.carry, recorded)),
                ConditionExpression="attribute_not_exists(event_id)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self._client.exceptions.ConditionalCheckFailedException as failure:
            answer: Any = failure.response
            current = answer["Item"]
            # Our own event: its first answer was lost on the way and the SDK sent it again.
            if current["event_id"]["S"] != event_id:
                raise ExpectedVersionConflict(_resumed(current)) from None
        return recorded, evolve(state, recorded)

    def newest(self, stream: str) -> State:
        """Return the state after the newest event, with what that event alone tells. One consistent read."""
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="#stream = :stream",
            ExpressionAttributeNames={"#stream": "stream"},
            ExpressionAttributeValues={":stream": {"S": stream}},
            ScanIndexForward=False,
            Limit=1,
            ConsistentRead=True,
        )
        return _resumed(answer["Items"][0]) if answer["Items"] else INITIAL

    def since(self, stream: str, version: int) -> State:
        """Return the newest state, with all that is known of participations recorded at `version` or later."""
        carry, newest, known = Carry(), 0, INITIAL.participations
        for item in self._items(stream, version):
            recorded = decode(item)
            carry, newest, known = decode_carry(item), recorded.version, track(known, recorded)
        return State(newest, carry, known)

    def knowing(self, stream: str, state: State, submission: str) -> State:
        """Return a state that tells whether and how a submission was recorded, reading no more than that needs."""
        version = state.submitted(submission)
        if version is None and state.carry.submissions > CARRIED_SUBMISSIONS:
            version = self._find(stream, submission, before=min(state.carry.recent.values()))
        if version is None or version in state.participations:
            return state
        return self.since(stream, version)

    def scan(self, campaign: str) -> Iterator[RecordedEvent]:
        """Return all events of a campaign, each stream in its order. Reads the whole table."""
        pages = self._client.get_paginator("scan").paginate(
            TableName=self._table,
            FilterExpression="begins_with(#stream, :campaign)",
            ExpressionAttributeNames={"#stream": "stream"},
            ExpressionAttributeValues={":campaign": {"S": f"{campaign}/"}},
            ConsistentRead=True,
        )
        for page in pages:
            yield from map(decode, page["Items"])

    def _find(self, stream: str, submission: str, before: int) -> int | None:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="#stream = :stream AND version < :before",
            FilterExpression="contains(#data, :submission)",
            ProjectionExpression="version",
            ExpressionAttributeNames={"#stream": "stream", "#data": "data"},
            ExpressionAttributeValues={
                ":stream": {"S": stream},
                ":before": {"N": str(before)},
                ":submission": {"S": f'"submission":"{submission}"'},
            },
            ConsistentRead=True,
        )
        return next((int(item["version"]["N"]) for page in pages for item in page["Items"]), None)

    def _items(self, stream: str, version: int) -> Iterator[Any]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="#stream = :stream AND version >= :version",
            ExpressionAttributeNames={"#stream": "stream"},
            ExpressionAttributeValues={":stream": {"S": stream}, ":version": {"N": str(version)}},
            ConsistentRead=True,
        )
        for page in pages:
            yield from page["Items"]


def _resumed(item: Any) -> State:
    recorded = decode(item)
    return State(recorded.version, decode_carry(item), track(INITIAL.participations, recorded))
