"""Where the projector is in each shard."""

from chalicelib.aws import clients
from chalicelib.projections.positions import Positions
from tests.conftest import Tables
from tests.reads import reads


def test_a_position_is_that_of_its_shard_as_it_was_put_last(tables: Tables) -> None:
    positions = Positions(clients.dynamodb(), tables["OperationsTable"])
    for shard, sequence in (("a", 10**39), ("b", 7), ("b", 5), ("gone", 1)):
        positions.put(shard, sequence)
    positions.forget(["gone"])

    with reads(clients.dynamodb()) as found:
        assert [positions.of(shard) for shard in ("a", "b", "gone")] == [10**39, 5, None]
        assert positions.read() == {"a": 10**39, "b": 5}

    assert found == [("GetItem", True)] * 3 + [("Query", True)]
