"""The twin of the row store in memory: it passes the same contract suite, thousands of times a second."""

from collections.abc import Iterator, Sequence

from chalicelib.aws.items import Item
from chalicelib.projections.rows import Index, RefusedRow, Row, fits, scoped, size_of
from chalicelib.projections.store_faults import MAX_ITEM_BYTES


class InMemoryRowStore:
    """Rows as the items that they are in their tables; every index shows the newest at once."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Row] = {}

    def put(self, rows: Sequence[Row]) -> list[RefusedRow]:
        """Store rows, each unless a newer version of it is there; return those that will never be taken."""
        refused = [RefusedRow(row, f"{size_of(row.item)} bytes") for row in rows if not fits(row, MAX_ITEM_BYTES)]
        for row in rows:
            current = self.rows.get((row.model, row.key))
            if fits(row, MAX_ITEM_BYTES) and (current is None or current.version < row.version):
                self.rows[row.model, row.key] = row
        return refused

    def read(self, model: str, keys: Sequence[str]) -> list[Item]:
        """Return the rows of some keys, as far as they are there, in the order of the keys."""
        return [self.rows[model, key].item for key in keys if (model, key) in self.rows]

    def query(self, index: Index, *, after: str | None = None, descending: bool = False, page: int) -> Iterator[Item]:
        """Yield what an index has, by its order, from behind a place in it."""
        of_model = (row.item for (model, _), row in self.rows.items() if model == index.model)
        found = [item for item in of_model if item.get(index.name, {}).get("S") in index.partitions]
        for item in sorted(found, key=lambda item: item[index.order]["S"], reverse=descending):
            place = item[index.order]["S"]
            if after is None or (place < after if descending else place > after):
                yield item

    def scan(self, model: str, scopes: Sequence[str], *, consistent: bool = True) -> Iterator[Sequence[Item]]:
        """Yield all rows whose keys begin with one of some scopes, three a page; between pages others may write."""
        keys = [key for of_model, key in self.rows if of_model == model and key.startswith(tuple(scopes))]
        for start in range(0, len(keys), 3):
            found = (self.rows.get((model, key)) for key in keys[start : start + 3])
            yield [row.item for row in found if row is not None]

    def forget(self, campaign: str, generation: int) -> None:
        """Delete all rows of a campaign in a generation."""
        for model, key in list(self.rows):
            if key.startswith(scoped(campaign, generation)):
                del self.rows[model, key]
