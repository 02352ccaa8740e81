"""`campaigns.json`: all campaigns as everybody may see them, as a file, so that no page of viewers asks a function."""

from collections.abc import Callable, Iterable

import msgspec

from chalicelib.domain.campaign import Campaign
from chalicelib.publishing.document_store import MAX_RACES, DocumentContended, DocumentStore, Make
from chalicelib.publishing.documents import JSON, Document, DocumentPosition
from chalicelib.publishing.public_campaign import PublicCampaign, public_campaign

PATH = "v1/campaigns.json"

_EPOCH = 1
"""It is made from no generation."""


class CampaignList(msgspec.Struct, frozen=True):
    """What the document says; `rev` counts how often it said something else."""

    v: int
    rev: int
    campaigns: tuple[PublicCampaign, ...]


class CampaignListPublisher:
    """Publishes the list of `campaigns`, which returns all of them as the registry has them now."""

    def __init__(self, documents: DocumentStore, campaigns: Callable[[], Iterable[Campaign]]) -> None:
        self._documents = documents
        self._campaigns = campaigns

    def publish(self) -> None:
        """Publish the list, unless it says what it shall say already.

        The document is read before the campaigns are, and replaced only if it still is what was read: so no older list
        replaces a newer one.

        Raises:
            DocumentContended: others kept replacing it.
        """
        for _ in range(MAX_RACES):
            current = self._documents.current(PATH)
            campaigns = tuple(map(public_campaign, self._campaigns()))
            if current is not None and current.body == _document(current.position.rev, campaigns).body:
                return
            document = _document(1 if current is None else current.position.rev + 1, campaigns)
            if self._documents.advance(PATH, document.position, _made(document)):
                return
        raise DocumentContended(PATH)


def _made(document: Document) -> Make:
    return lambda _: document


def _document(rev: int, campaigns: tuple[PublicCampaign, ...]) -> Document:
    return Document(PATH, DocumentPosition(_EPOCH, rev), JSON, msgspec.json.encode(CampaignList(1, rev, campaigns)))
