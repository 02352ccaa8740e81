"""An audit by an operator, on real tables: rows that are not the log's are named, and no others are looked at."""

from typing import Any

from tests.ops.conftest import Installation, spoil


def test_a_row_that_is_missing_and_one_that_no_event_made_are_named(projected: Installation) -> None:
    spoil(projected)

    found = projected.answer("audit", "2026", code=1)
    _, out, _ = projected.run("audit", "2026")

    orphan = {"model": "acts", "key": "2026#1#nobody's", "expected": None, "stored": 9}
    assert (found["drifted"], orphan in found["rows"]) == (2, True)
    assert [(row["expected"], row["stored"]) for row in found["rows"] if row != orphan] == [(1, None)]
    assert "2026#1#nobody's" in out
    assert "2 differences" in out


def test_a_row_of_another_campaign_or_of_a_generation_that_is_not_shown_is_not_looked_at(
    projected: Installation,
) -> None:
    dynamodb, table = projected.tables.clients.dynamodb, projected.tables["ActsTable"]
    row: Any = dynamodb.scan(TableName=table)["Items"][0]
    for key in ("2027#1#nobody's", "2026#2#nobody's", "2026#11#nobody's"):
        dynamodb.put_item(TableName=table, Item={**row, "id": {"S": key}})

    assert projected.answer("audit", "2026")["drifted"] == 0
