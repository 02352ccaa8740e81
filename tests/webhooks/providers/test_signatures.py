from base64 import b64encode

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.webhooks.delivery import Account, Delivery, Forbidden, Malformed
from chalicelib.webhooks.providers import meta, mini_apps, standard, tally, telegram_miniapp, typeform, vk, vk_miniapp
from chalicelib.webhooks.signatures import account_whose, hmac_sha256, same
from tests.every_case import every
from tests.webhooks.deliveries import OWN_DIRECTORY, Case, named, recorded

SIGNING = (
    "app_secret",
    "verify_token",
    "secret",
    "google_key",
    "secret_token",
    "bot_token",
    "mini_app_secret",
    "whsec",
)
AUTHENTIC = [case for case in recorded(OWN_DIRECTORY) if case.expected.status == 200]
JSON = {"content-type": "application/json"}


def with_secrets(case: Case, *other: str, keep: bool) -> Account:
    account = case.account
    secrets = {name: other + (values if keep else ()) for name, values in account.secrets.items() if name in SIGNING}
    return msgspec.structs.replace(account, secrets={**account.secrets, **secrets})


def post(body: bytes, **headers: str) -> Delivery:
    return Delivery(
        method="POST",
        headers=JSON | {name.replace("_", "-"): value for name, value in headers.items()},
        query={},
        body=body,
    )


def mini_app(parameters: str) -> Delivery:
    return post(b"{}", authorization=parameters)


@every(case=AUTHENTIC)
def test_while_a_secret_is_rotated_the_old_one_is_valid_beside_the_new_one(case: Case) -> None:
    account = with_secrets(case, "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", keep=True)

    assert case.adapter.authenticate(case.delivery, [account], case.now) == account


@every(case=AUTHENTIC, left=[("rotated-away",), ("",), ()])
def test_a_secret_taken_away_is_valid_no_longer(case: Case, left: tuple[str, ...]) -> None:
    account = with_secrets(case, *left, keep=False)

    with pytest.raises(Forbidden):
        case.adapter.authenticate(case.delivery, [account], case.now)


@every(case=AUTHENTIC)
def test_the_account_found_is_the_one_whose_secret_fits(case: Case) -> None:
    stranger = msgspec.structs.replace(with_secrets(case, "other", keep=False), id="stranger")

    assert case.adapter.authenticate(case.delivery, [stranger, case.account], case.now) == case.account


@pytest.mark.parametrize("body", [b'{"secret":"","group_id":1}', b'{"group_id":1}', b'{"secret":null,"group_id":1}'])
def test_an_empty_secret_in_the_settings_lets_nobody_in(body: bytes) -> None:
    account = Account(id="1", secrets={"secret": ("",)})

    with pytest.raises(Forbidden):
        vk.authenticate(post(body), [account], 0)


def test_meta_signs_the_bytes_on_the_wire_not_the_text_they_mean() -> None:
    account = Account(id="page", secrets={"app_secret": ("0123456789abcdef0123456789abcdef",)})
    signature = "sha256=790571f664e1beb02c82daab958554c04ee4b972dd6fa725e23e6190314f8124"

    escaped = post(rb'{"object":"page","x":"\u04d8 \/ \u0040"}', x_hub_signature_256=signature)
    unescaped = post('{"object":"page","x":"Ә / @"}'.encode(), x_hub_signature_256=signature)

    assert meta.authenticate(escaped, [account], 0) == account
    with pytest.raises(Forbidden):
        meta.authenticate(unescaped, [account], 0)


def test_the_signature_that_typeform_publishes_is_valid() -> None:
    account = Account(id="forms", secrets={"secret": ("abc123",)})
    signature = "sha256=fQ0Tf/AAVUZy1Bdk1is5tXMLH2Il2Qj36lezGX2eN6s="

    delivery = post(b'{"event_id":"LtWXD3crgy","event_type":"form_response"}', typeform_signature=signature)

    assert typeform.authenticate(delivery, [account], 0) == account


def test_a_signature_of_tally_is_bare_base64() -> None:
    account = Account(id="forms", secrets={"secret": ("abc123",)})
    signature = "er1Zv4n+l10//de3EMYxcxl4oC2cMJrfAVwgoZdb0Aw="

    delivery = post(b'{"eventId":"1","eventType":"FORM_RESPONSE"}', tally_signature=signature)

    assert tally.authenticate(delivery, [account], 0) == account


def test_the_launch_parameters_that_vk_publishes_are_valid() -> None:
    account = Account(id="6736218", secrets={"mini_app_secret": ("wvl68m4dR1UpLrVRli",)})
    published = (
        "Bearer vk_user_id=494075&vk_app_id=6736218&vk_is_app_user=1&vk_are_notifications_enabled=1&vk_language=ru"
        "&vk_access_token_settings=&vk_platform=android&sign=htQFduJpLxz7ribXRZpDFUH-XEUhC9rBPTJkjUFEkRA"
    )

    assert vk_miniapp.authenticate(mini_app(published), [account], 0) == account


def test_launch_parameters_without_a_time_are_refused_where_an_age_is_configured() -> None:
    account = Account(id="1", secrets={"mini_app_secret": ("s",), "max_age": ("3600",)})
    undated = "vk_app_id=1&vk_user_id=2"
    signature = vk_miniapp._sign("s", undated.encode())

    with pytest.raises(Forbidden):
        vk_miniapp.authenticate(mini_app(f"Bearer {undated}&sign={signature}"), [account], 0)


def test_parameters_that_vk_did_not_sign_are_not_read() -> None:
    case = named("vk/ok_10_miniapp_with_vk_ts")
    given = case.delivery.headers["authorization"]
    delivery = mini_app(f"{given}&language=ru&user_id=1")

    account = vk_miniapp.authenticate(delivery, [case.account], case.now)

    assert vk_miniapp.read(delivery, account)[0].fields == {"vk_user_id": "494075", "language": "kk"}


@pytest.mark.parametrize(
    ("name", "forged"),
    [
        ("telegram/ok_08_initdata_aiogram_vector", "user=%7B%22id%22%3A1%7D"),
        ("vk/ok_10_miniapp_with_vk_ts", "vk_user_id=1"),
    ],
)
def test_a_launch_parameter_that_comes_twice_is_refused_though_the_later_one_is_signed(name: str, forged: str) -> None:
    case = named(name)
    scheme, _, signed = case.delivery.headers["authorization"].partition(" ")
    polluted = mini_app(f"{scheme} {forged}&{signed}")

    with pytest.raises(Forbidden):
        case.adapter.authenticate(polluted, [case.account], case.now)


def test_a_parameter_of_init_data_may_be_empty() -> None:
    checked = "auth_date=1000\nquery_id=\nuser={}"
    signature = telegram_miniapp._hash("42:TEST", checked.encode())
    account = Account(id="42", secrets={"bot_token": ("42:TEST",)})

    delivery = mini_app(f"tma auth_date=1000&query_id=&user=%7B%7D&hash={signature}")

    assert telegram_miniapp.authenticate(delivery, [account], 1000) == account


@pytest.mark.parametrize(
    ("age", "valid"),
    [(0, True), (mini_apps.DEFAULT_MAX_AGE, True), (mini_apps.DEFAULT_MAX_AGE + 1, False), (-300, True), (-301, False)],
)
@pytest.mark.parametrize("name", ["vk/ok_10_miniapp_with_vk_ts", "telegram/ok_08_initdata_aiogram_vector"])
def test_launch_parameters_are_believed_for_an_hour(name: str, age: int, valid: bool) -> None:
    case = named(name)
    signed_at = {"vk": 1759999940, "telegram": 1650385342}[case.provider]

    if valid:
        assert case.adapter.authenticate(case.delivery, [case.account], signed_at + age) == case.account
        return
    with pytest.raises(Forbidden):
        case.adapter.authenticate(case.delivery, [case.account], signed_at + age)


@pytest.mark.parametrize(("age", "valid"), [(300, True), (301, False), (-300, True), (-301, False)])
def test_a_standard_webhook_is_believed_for_five_minutes_either_way(age: int, valid: bool) -> None:
    case = named("standard_webhooks/ok_02_full_payload")

    if valid:
        assert standard.authenticate(case.delivery, [case.account], case.now + age) == case.account
        return
    with pytest.raises(Forbidden):
        standard.authenticate(case.delivery, [case.account], case.now + age)


@pytest.mark.parametrize("header", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_standard_webhook_without_one_of_its_headers_is_malformed(header: str) -> None:
    case = named("standard_webhooks/ok_02_full_payload")
    headers = {name: value for name, value in case.delivery.headers.items() if name != header}

    with pytest.raises(Malformed):
        standard.authenticate(msgspec.structs.replace(case.delivery, headers=headers), [case.account], case.now)


@pytest.mark.parametrize("moment", ["now", "", "1.76e9", "1760000000.5", "2025-10-09T08:53:20Z", "9" * 40])
def test_a_standard_webhook_whose_timestamp_is_no_number_of_seconds_is_malformed(moment: str) -> None:
    case = named("standard_webhooks/ok_02_full_payload")
    headers = {**case.delivery.headers, "webhook-timestamp": moment}

    with pytest.raises(Malformed):
        standard.authenticate(msgspec.structs.replace(case.delivery, headers=headers), [case.account], case.now)


@pytest.mark.parametrize("marks", ["{}", "v1,{}", " {}\n", "whsec_ {}", "v1,whsec_{}"])
@pytest.mark.parametrize("size", [24, 25, 26, 64])
def test_a_secret_is_its_key_however_it_was_copied(marks: str, size: int) -> None:
    key = bytes(range(200, 200 + size // 2)) + bytes(255 for _ in range(size - size // 2))
    text = b64encode(key).decode()

    for copied in (text, text.rstrip("="), text.replace("+", "-").replace("/", "_"), f"{text[:5]} {text[5:]}"):
        assert standard.signing_key(marks.format(copied)) == key


@pytest.mark.parametrize("secret", ["whsec_", "whsec_no base64!"])
def test_nobody_signs_with_a_secret_that_is_no_key(secret: str) -> None:
    case = named("standard_webhooks/ok_01_official_vector")
    signed = b"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330." + case.delivery.body
    signature = b64encode(hmac_sha256(b"", signed)).decode()
    headers = {**case.delivery.headers, "webhook-signature": f"v1,{signature}"}
    account = Account(id="partner", secrets={"whsec": (secret,)})

    with pytest.raises(Forbidden):
        standard.authenticate(msgspec.structs.replace(case.delivery, headers=headers), [account], case.now)


def test_a_secret_that_is_no_base64_hides_no_valid_one() -> None:
    case = named("standard_webhooks/ok_02_full_payload")
    account = with_secrets(case, "whsec_no base64!", keep=True)

    assert standard.authenticate(case.delivery, [account], case.now) == account


@given(st.text(alphabet=st.characters(exclude_categories=())), st.text(alphabet=st.characters(exclude_categories=())))
def test_texts_are_the_same_only_where_they_are_equal(one: str, other: str) -> None:
    assert same(one, other) == (one == other)
    assert same(one, one)


@given(st.binary(), st.binary())
def test_a_signature_is_of_one_key_and_one_message(key: bytes, message: bytes) -> None:
    account = Account(id="1", secrets={"secret": (key.hex(),)})

    def fits(secret: str) -> bool:
        return same(hmac_sha256(bytes.fromhex(secret), message).hex(), hmac_sha256(key, message).hex())

    if key:
        assert account_whose("secret", [account], fits) == account
    else:
        with pytest.raises(Forbidden):
            account_whose("secret", [account], fits)
