"""What is stored or shown of a person leads back to nobody without the pepper."""

from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.participations.keys import Keys, PublicId

KEYS = Keys(bytes(range(32)))
participants = st.binary(min_size=16, max_size=16).map(lambda raw: urlsafe_b64encode(raw).rstrip(b"=").decode())
campaigns = st.from_regex(r"[a-z0-9][a-z0-9-]{0,31}", fullmatch=True)
public_ids = st.builds(PublicId, campaigns, participants, st.integers(1, 2**32 - 1))


@given(public=public_ids)
def test_a_public_id_stands_for_what_was_sealed(public: PublicId) -> None:
    assert KEYS.unseal(KEYS.seal(public)) == public


@given(public=public_ids)
def test_a_public_id_is_the_same_each_time(public: PublicId) -> None:
    assert KEYS.seal(public) == KEYS.seal(public)


@given(text=st.text(max_size=80) | st.from_regex(r"[A-Za-z0-9_-]{20,90}", fullmatch=True))
def test_a_text_that_was_not_sealed_is_no_public_id(text: str) -> None:
    assert KEYS.unseal(text) is None


@given(public=public_ids, at=st.integers(0, 40), other=st.sampled_from("ABab01-_"))
def test_a_changed_public_id_is_none(public: PublicId, at: int, other: str) -> None:
    sealed = KEYS.seal(public)
    changed = sealed[:at] + other + sealed[at + 1 :]

    assert changed == sealed or KEYS.unseal(changed) is None


@given(public=public_ids)
def test_a_public_id_sealed_under_another_pepper_is_none(public: PublicId) -> None:
    assert Keys(bytes(32)).unseal(KEYS.seal(public)) is None


@given(participant=participants)
def test_two_public_ids_of_one_participant_share_nothing(participant: str) -> None:
    one, other = (KEYS.seal(PublicId("2026", participant, version)) for version in (1, 2))

    assert one[:8] != other[:8]
    assert participant not in one + other


def test_keys_of_different_uses_and_parts_differ() -> None:
    made = [
        KEYS.identity("2026", "person phone +77011234567"),
        KEYS.identity("2025", "person phone +77011234567"),
        KEYS.anonymous("2026", "api", "ab"),
        KEYS.anonymous("2026", "apia", "b"),
        KEYS.submission("api", "ab"),
        KEYS.submission("apia", "b"),
    ]

    assert len(set(made)) == len(made)
    assert not any("7701" in key for key in made)


def test_a_short_pepper_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Keys(b"short")
