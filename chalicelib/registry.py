"""Campaigns, forms and tokens, in one small table that every function keeps in memory for a few seconds."""

import hmac
import secrets
from collections.abc import Callable
from hashlib import sha256
from typing import TypeVar
from urllib.parse import quote

import msgspec
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PutError, TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from chalicelib.aws import clients
from chalicelib.aws.tables import TableModel, for_table, is_lost_condition
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.generations import UNCHANGED, ChangeGenerations, Generations
from chalicelib.domain.milestones import NONE_REACHED, ChangeReached, ReachedMilestones
from chalicelib.domain.tokens import Scope, Token
from chalicelib.domain.vocabulary import NamesOnAir
from chalicelib.intake.form import ANY_FORM, Form
from chalicelib.token_uses import EVERY_MS

MAX_RACES = 10

CACHE_SECONDS = 5.0
"""How long a change may stay unseen by another process: a freeze, a revoked token, a corrected form."""

HOLDS_AFTER_MS = 6_000
"""When a change holds everywhere: no process remembers what was before, and what was under way with it is over."""

_CAMPAIGN = "campaign"
_FORM = "form"
_GENERATIONS = "generations"
_REACHED = "reached"
_TOKEN = "token"  # noqa: S105  a kind of item
_Value = TypeVar("_Value", bound=msgspec.Struct)

_NOBODY = Token("", "0" * 64, (), "")
"""A token that no secret belongs to."""


class RegistryItem(TableModel):
    """One entry as JSON; `changes` counts how often it was replaced, `used_at` (epoch ms) is of a token."""

    kind = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)
    data = UnicodeAttribute()
    changes = NumberAttribute(default=0)
    used_at = NumberAttribute(null=True)


class _Beside(msgspec.Struct, frozen=True):
    """An entry beside the one that is changed, with how often it was changed, None where there is none."""

    kind: str
    id: str
    changes: int | None


class RegistryConflict(Exception):
    """Somebody else changed the entry at the same moment."""


class GenerationShown(Exception):
    """The documents of a campaign are made from a generation that would be fed no longer. Nothing was changed."""


class GenerationUnfed(Exception):
    """Documents cannot be made from a generation that is not fed (any more). Nothing was changed."""


class Registry:
    """The entries of one table, each kept in memory for `CACHE_SECONDS`."""

    def __init__(self, table: str, monotonic: Callable[[], float]) -> None:
        self._items = for_table(RegistryItem, table)
        self._monotonic = monotonic
        self._known: dict[tuple[str, str], tuple[float, msgspec.Struct | None]] = {}

    def campaign(self, campaign_id: str) -> Campaign | None:
        """Return a campaign, or None where there is none of this id."""
        return self._get(_CAMPAIGN, campaign_id, Campaign)

    def campaigns(self) -> list[Campaign]:
        """Return all campaigns, by id."""
        return [read_campaign(item.data) for item in self._items.query(_CAMPAIGN, consistent_read=True)]

    def current_campaign(self, campaign_id: str) -> Campaign | None:
        """Return a campaign as it is now, or None where there is none of this id."""
        return self._read(_CAMPAIGN, campaign_id, Campaign)

    def put_campaign(self, campaign: Campaign) -> tuple[Campaign, bool]:
        """Create or change a campaign; return it as stored, and whether it is new.

        Raises:
            RegistryConflict: another change came in between.
        """
        current = self.current_campaign(campaign.id)
        return self.replace_campaign(current, campaign), current is None

    def replace_campaign(self, current: Campaign | None, campaign: Campaign) -> Campaign:
        """Put a campaign in place of what was read of it, None for nothing; return it as stored.

        The first target ever set for a metric stays its goal's `original`. What changes nothing is not written.

        Raises:
            RegistryConflict: another change came in between.
        """
        stored = campaign if current is None else current.succeeded_by(campaign)
        if stored != current:
            self._replace(current, stored)
        return stored

    def raise_changes(self, campaign_id: str, by: int) -> Campaign:
        """Count so many more changes of a campaign and return it: its documents go on past those of lost states.

        Raises:
            KeyError: there is no campaign of this id.
            RegistryConflict: another change came in between.
        """
        return self._change(campaign_id, lambda current: msgspec.structs.replace(current, changes=current.changes + by))

    def generations(self) -> dict[str, Generations]:
        """Return the generations of the campaigns whose read models were built anew, as they are now. One request."""
        found = self._items.query(_GENERATIONS, consistent_read=True)
        return {item.id: msgspec.json.decode(item.data, type=Generations) for item in found}

    def change_generations(self, campaign_id: str, change: ChangeGenerations) -> Generations:
        """Change which generations of a campaign are fed; return them.

        Raises:
            GenerationShown: the change would take away the one that is shown.
            RegistryConflict: others keep changing them.
        """

        def beside(current: Generations, changed: Generations) -> _Beside | None:
            gone = {one.number for one in current.registered} - {one.number for one in changed.registered}
            # Scratches are never shown, and who makes them may read no campaign by its id.
            if all(number < 0 for number in gone):
                return None
            campaign = self.current_campaign(campaign_id)
            if campaign is not None and campaign.generation in gone:
                raise GenerationShown(f"generation {campaign.generation} is what is shown of {campaign_id}")
            return _Beside(_CAMPAIGN, campaign_id, None if campaign is None else campaign.changes)

        return self._evolve(_GENERATIONS, campaign_id, UNCHANGED, change, beside)

    def change_reached(self, campaign_id: str, change: ChangeReached) -> ReachedMilestones:
        """Change which milestones of a campaign are noted as reached; return them. One read, and a put of a change.

        Raises:
            RegistryConflict: others keep changing them.
        """
        return self._evolve(_REACHED, campaign_id, NONE_REACHED, change)

    def point_at(self, campaign_id: str, generation: int) -> Campaign:
        """Let the documents of a campaign be made from another generation; return it.

        Raises:
            GenerationUnfed: it is not registered.
            KeyError: there is no campaign of this id.
            RegistryConflict: another change came in between.
        """
        beside = self._fed(campaign_id, generation)
        return self._change(
            campaign_id, lambda current: msgspec.structs.replace(current, generation=generation), beside
        )

    def freeze_rehearsals(self, campaign_id: str, at: int) -> Campaign:
        """Let a campaign in test take nothing more, so that it can go live without what it took until then (epoch ms).

        Raises:
            KeyError: there is no campaign of this id.
            RegistryConflict: another change came in between.
        """
        return self._change(campaign_id, lambda current: msgspec.structs.replace(current, state="frozen", since=at))

    def go_live(self, campaign_id: str, generation: int, since: int) -> Campaign:
        """Let a campaign be live from a time on (epoch ms), with documents of another generation; return it.

        Raises:
            GenerationUnfed: it is not registered.
            KeyError: there is no campaign of this id.
            RegistryConflict: another change came in between.
        """
        beside = self._fed(campaign_id, generation)
        return self._change(
            campaign_id,
            lambda current: msgspec.structs.replace(current, generation=generation, state="live", since=since),
            beside,
        )

    def form(self, provider: str, account: str, form: str) -> Form | None:
        """Return a form, else the one that stands for every form of its account, or None where there is neither."""
        exact = self._get(_FORM, _form_id(provider, account, form), Form)
        return exact or self._get(_FORM, _form_id(provider, account, ANY_FORM), Form)

    def registered_form(self, provider: str, account: str, form: str) -> Form | None:
        """Return what is registered under exactly this name, as it is now, or None."""
        return self._read(_FORM, _form_id(provider, account, form), Form)

    def forms(self) -> list[Form]:
        """Return all forms, by id."""
        found = self._items.query(_FORM, consistent_read=True)
        return [msgspec.json.decode(item.data, type=Form) for item in found]

    def put_form(self, form: Form) -> None:
        """Create or replace a form."""
        form_id = _form_id(form.provider, form.account, form.form)
        asked_at = self._monotonic()
        self._items(_FORM, form_id, data=_text(form)).save()
        self._keep(_FORM, form_id, form, asked_at)

    def issue_token(
        self,
        scopes: tuple[Scope, ...],
        campaign: str,
        expires_at: int | None = None,
        names: NamesOnAir = "shown",
        *,
        label: str | None = None,
        region: str | None = None,
        sandbox: bool = False,
        created_at: int | None = None,
        token_id: str | None = None,
    ) -> str:
        """Make a token, of a new id unless one is given, and return it; only its hash is stored."""
        token_id, secret = token_id or new_token_id(sandbox=sandbox), secrets.token_urlsafe(24)
        token = Token(token_id, _hash(secret), scopes, campaign, expires_at, names, label, region, sandbox, created_at)
        self._items(_TOKEN, token_id, data=_text(token)).save()
        return f"qy_{token_id}_{secret}"

    def token(self, bearer: str) -> Token | None:
        """Return the token that a bearer text is, or None where it is none of ours.

        A wrong one costs one read and two comparisons, whether there is a token of its id or not, known here or not:
        how long it takes tells nobody which ids there are.
        """
        prefix, _, rest = bearer.partition("_")
        token_id, _, secret = rest.partition("_")
        if prefix != "qy" or not token_id.isalnum() or not secret:
            return None
        secret_hash = _hash(secret)
        asked_at = self._monotonic()
        known = self._remembered(_TOKEN, token_id, asked_at)
        remembered = known if isinstance(known, Token) else _NOBODY
        if hmac.compare_digest(remembered.secret_hash, secret_hash):
            return remembered
        item = self._read_item(_TOKEN, token_id)
        stored = _read_token(_text(_NOBODY) if item is None else item.data, None if item is None else item.used_at)
        if not hmac.compare_digest(stored.secret_hash, secret_hash):
            return None
        self._keep(_TOKEN, token_id, stored, asked_at)
        return stored

    def tokens(self) -> list[Token]:
        """Return all tokens, those that were revoked too, by id."""
        return [_read_token(item.data, item.used_at) for item in self._items.query(_TOKEN, consistent_read=True)]

    def token_of_id(self, token_id: str) -> Token | None:
        """Return a token by its id, as it is now, or None where there is none."""
        item = self._read_item(_TOKEN, token_id)
        return None if item is None else _read_token(item.data, item.used_at)

    def revoke_token(self, token: Token, at: int) -> None:
        """Let a token be no longer valid (epoch ms); one that was revoked before stays as it is."""
        if token.revoked_at is None:
            revoked = msgspec.structs.replace(token, secret_hash="", used_at=None, revoked_at=at)
            self._items(_TOKEN, token.id).update(actions=[RegistryItem.data.set(_text(revoked))])
        self._known.pop((_TOKEN, token.id), None)

    def note_use(self, token_id: str, at: int) -> None:
        """Note that a token was used at a time (epoch ms), unless that was noted in the hour before."""
        is_due = RegistryItem.used_at.does_not_exist() | (RegistryItem.used_at <= at - EVERY_MS)
        try:
            self._items(_TOKEN, token_id).update(
                actions=[RegistryItem.used_at.set(at)], condition=RegistryItem.data.exists() & is_due
            )
        except UpdateError as error:
            if not is_lost_condition(error):
                raise

    def _evolve(
        self,
        kind: str,
        entry_id: str,
        initial: _Value,
        change: Callable[[_Value], _Value],
        beside: Callable[[_Value, _Value], _Beside | None] = lambda _, __: None,
    ) -> _Value:
        """Put what becomes of an entry, of `initial` where there is none, again where somebody else was faster.

        `beside` returns the entry that has to stay as it is meanwhile, from what this one was and becomes.
        """
        for _ in range(MAX_RACES):
            item = self._read_item(kind, entry_id)
            current = initial if item is None else msgspec.json.decode(item.data, type=type(initial))
            changed = change(current)
            if changed == current:
                return current
            changes = 0 if item is None else int(item.changes)
            entry = self._items(kind, entry_id, data=_text(changed), changes=changes + 1)
            if self._is_saved(entry, None if item is None else changes, beside(current, changed)):
                return changed
        raise RegistryConflict(entry_id)

    def _fed(self, campaign_id: str, generation: int) -> _Beside:
        """Return the entry that says that a generation is fed, as it is while documents begin to be made from it.

        Raises:
            GenerationUnfed: it does not say so.
        """
        item = self._read_item(_GENERATIONS, campaign_id)
        generations = UNCHANGED if item is None else msgspec.json.decode(item.data, type=Generations)
        if generations.find(generation) is None:
            raise GenerationUnfed(f"generation {generation} of {campaign_id} is not fed (any more): it cannot be shown")
        return _Beside(_GENERATIONS, campaign_id, None if item is None else int(item.changes))

    def _change(
        self, campaign_id: str, change: Callable[[Campaign], Campaign], beside: _Beside | None = None
    ) -> Campaign:
        current = self._read(_CAMPAIGN, campaign_id, Campaign)
        if current is None:
            raise KeyError(campaign_id)
        changed = change(current)
        stored = msgspec.structs.replace(changed, changes=max(changed.changes, current.changes + 1))
        self._replace(current, stored, beside)
        return stored

    def _get(self, kind: str, entry_id: str, shape: type[_Value]) -> _Value | None:
        asked_at = self._monotonic()
        known = self._remembered(kind, entry_id, asked_at)
        if known is not None:
            return known if isinstance(known, shape) else None
        value = self._read(kind, entry_id, shape)
        self._keep(kind, entry_id, value, asked_at)
        return value

    def _remembered(self, kind: str, entry_id: str, at: float) -> msgspec.Struct | None:
        until, value = self._known.get((kind, entry_id), (0.0, None))
        return value if at < until else None

    def _keep(self, kind: str, entry_id: str, value: msgspec.Struct | None, asked_at: float) -> None:
        # An entry that is not there is asked for anew: it may be made at any moment, and guesses must not fill memory.
        # From when it was asked for: an answer that is long under way may be old when it comes.
        if value is not None:
            self._known[kind, entry_id] = (asked_at + CACHE_SECONDS, value)

    def _replace(self, current: Campaign | None, stored: Campaign, beside: _Beside | None = None) -> None:
        asked_at = self._monotonic()
        item = self._items(_CAMPAIGN, stored.id, data=_text(stored), changes=stored.changes)
        if not self._is_saved(item, None if current is None else current.changes, beside):
            raise RegistryConflict(stored.id)
        self._keep(_CAMPAIGN, stored.id, stored, asked_at)

    def _is_saved(self, item: RegistryItem, expected: int | None, beside: _Beside | None = None) -> bool:
        """Save an entry in place of the one with as many changes as expected; return False where another is there.

        `beside` is an entry that has to be as it was read: where it is not, nothing is saved either.
        """
        try:
            self._save(item, _has_changes(expected), beside)
        except (PutError, TransactWriteError) as error:
            if not is_lost_condition(error):
                raise
            # An answer may be lost on the way, and the request sent again: then it is our own change that is there.
            current = self._read_item(item.kind, item.id)
            return current is not None and (current.data, current.changes) == (item.data, item.changes)
        return True

    def _save(self, item: RegistryItem, condition: Condition, beside: _Beside | None) -> None:
        if beside is None:
            item.save(condition=condition)
            return
        with TransactWrite(connection=clients.connection()) as transaction:
            transaction.save(item, condition=condition)
            transaction.condition_check(type(item), beside.kind, beside.id, condition=_has_changes(beside.changes))

    def _read(self, kind: str, entry_id: str, shape: type[_Value]) -> _Value | None:
        item = self._read_item(kind, entry_id)
        return None if item is None else msgspec.json.decode(item.data, type=shape)

    def _read_item(self, kind: str, entry_id: str) -> RegistryItem | None:
        try:
            return self._items.get(kind, entry_id, consistent_read=True)
        except DoesNotExist:
            return None


def _has_changes(expected: int | None) -> Condition:
    return RegistryItem.kind.does_not_exist() if expected is None else RegistryItem.changes == expected


def read_campaign(data: str) -> Campaign:
    """Return the campaign of an entry's JSON text."""
    return msgspec.json.decode(data, type=Campaign)


def new_token_id(*, sandbox: bool) -> str:
    """Return an id for a token; that one is of the sandbox is known by it."""
    return ("sandbox" if sandbox else "") + secrets.token_hex(6)


def _read_token(data: str, used_at: float | None) -> Token:
    token = msgspec.json.decode(data, type=Token)
    return msgspec.structs.replace(token, used_at=None if used_at is None else int(used_at))


def _form_id(provider: str, account: str, form: str) -> str:
    # Ids may hold slashes: quoted, two forms never share a key.
    return "/".join(quote(part, safe=ANY_FORM) for part in (provider, account, form))


def _text(value: msgspec.Struct) -> str:
    return msgspec.json.encode(value).decode()


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
