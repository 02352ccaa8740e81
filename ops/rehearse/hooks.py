"""Deliveries of the providers, signed with their secrets as they sign them; docs/providers tells of each.

Made from what the providers' documentation says of the wire, and from nothing that reads it here.
"""

import hmac
import time
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import msgspec

from chalicelib.domain.places import regions
from ops.rehearse.accounts import RehearsalAccount
from ops.rehearse.acts import Channel, PlannedAct
from ops.rehearse.crowd import hours
from ops.rehearse.requests import written_name, written_phone
from ops.rehearse.wire import JSON_TYPE, Wire, json_bytes
from ops.rehearse.words import KIND_ANSWERS, KINDS

_WHATSAPP_BUSINESS = "100000000000001"
_PROVIDERS: Mapping[Channel, tuple[str, tuple[str, ...]]] = {
    "standard": ("standard", ("whsec",)),
    "checked": ("standard", ("whsec",)),
    "google-forms": ("google-forms", ("whsec",)),
    "typeform": ("typeform", ("secret",)),
    "tally": ("tally", ("secret",)),
    "google-ads": ("google-ads", ("google_key",)),
    "vk": ("vk", ("secret",)),
    "vk-miniapp": ("vk", ("mini_app_secret",)),
    "telegram": ("telegram", ("secret_token",)),
    "telegram-miniapp": ("telegram", ("bot_token",)),
    "whatsapp": ("whatsapp", ("app_secret",)),
}
"""By channel: its provider, and the secrets without which nothing can be signed."""

_CLIENT_MADE = frozenset({"vk-miniapp", "telegram-miniapp", "whatsapp"})
_ASKED = ("kind", "participant_type", "name", "phone", "email", "organisation", "bin", "region", "country", "people")
_ALL_ASKED = (*_ASKED, "hours", "amount", "topic")
_TALLY_LABELS = {
    "kind": "Не істедіңіз?",
    "participant_type": "Кімсіз?",
    "name": "Аты-жөніңіз",
    "organisation": "Ұйым",
    "bin": "БСН",
    "region": "Облыс",
    "country": "Ел",
    "people": "Қанша адам?",
    "hours": "Қанша сағат?",
    "amount": "Сома",
    "topic": "Тақырып",
}


Said = Mapping[str, str]
"""What is answered, by what is asked for, as texts that people write and choose."""


class Hook(msgspec.Struct, frozen=True):
    """A form of ours at a provider: `account` as the registry names it, `form` as the deliveries do."""

    channel: Channel
    provider: str
    account: str
    form: str
    secrets: Mapping[str, str]

    @property
    def path(self) -> str:
        """Where the form is registered."""
        return f"/v1/forms/{self.provider}/{self.account}/{self.form}"

    @property
    def id(self) -> str:
        """The form as acts name it."""
        return f"{self.provider}/{self.account}/{self.form}"

    def registration(self, campaign: str) -> dict[str, Any]:
        """Return the form as it is registered for a campaign: in state `test`, it never counts in one on air."""
        questions: dict[str, str] = {}
        if self.channel in _CLIENT_MADE:
            questions = {name: name for name in _ALL_ASKED if (self.channel, name) != ("whatsapp", "phone")}
        elif self.channel == "telegram":
            questions = {f"data.{name}": name for name in _ALL_ASKED if name != "phone"} | {"phone": "phone"}
        elif self.channel in ("tally", "google-forms"):
            prefix = "answers." if self.channel == "google-forms" else ""
            questions = {f"{prefix}{label}": name for name, label in _TALLY_LABELS.items()}
        return {
            "campaign": campaign,
            "state": "test",
            "questions": questions,
            "answers": {"kind": KIND_ANSWERS},
            "review": self.channel == "checked",
            "names": "after_approval",
        }

    def delivery(self, submission: PlannedAct, instead: Mapping[str, str] = {}) -> Wire:
        """Return what the provider sends now: signed anew each time, under the same id.

        `instead` stands in place of what the submission says, by what is asked for.
        """
        return _DELIVERIES[self.channel](self, submission, {**_said(submission), **instead})


def hook(channel: Channel, campaign: str, known: Mapping[str, RehearsalAccount]) -> Hook | None:
    """Return the form of a channel for a campaign, None where the secrets that it needs are not known."""
    provider, needed = _PROVIDERS[channel]
    account = known.get(provider)
    if account is None or any(not account.secrets.get(name) for name in needed):
        return None
    form, account_id = f"{campaign}-checked" if channel == "checked" else campaign, account.id
    match channel:
        case "google-ads" | "whatsapp":
            form = str(number_of(campaign, 12))
        case "vk":
            form, account_id = str(number_of(campaign, 8)), account.secrets.get("group_id", account.id)
        case "telegram":
            form = "web_app_data"
        case _:
            pass
    if channel == "whatsapp":
        account_id = _WHATSAPP_BUSINESS
    return Hook(channel, provider, account_id, form, account.secrets)


def hook_channels() -> tuple[Channel, ...]:
    """Return all channels that are webhooks of providers or their Mini Apps."""
    return tuple(_PROVIDERS)


def number_of(text: str, digits: int) -> int:
    """Return a number of so many digits that is the same for the same text, as providers that count give them."""
    smallest = int("1".ljust(digits, "0"))
    return smallest + int.from_bytes(sha256(text.encode()).digest()[:8]) % (9 * smallest)


def whatsapp_signed(secret: str, body: bytes) -> str:
    """Return `X-Hub-Signature-256` as Meta signs."""
    return f"sha256={hmac.digest(secret.encode(), body, sha256).hex()}"


def _standard(hook: Hook, submission: PlannedAct, said: Said) -> Wire:
    content = {
        "type": "participation.submitted",
        "timestamp": _now(),
        "data": {**said, "form_id": hook.form},
    }
    return _standard_signed(hook, submission.key, content)


def _google_forms(hook: Hook, submission: PlannedAct, said: Said) -> Wire:
    answers = {_TALLY_LABELS[name]: value for name, value in said.items() if name in _TALLY_LABELS}
    data: dict[str, Any] = {"form_id": hook.form, "response_id": submission.key, "answers": answers}
    if submission.participant.phone:
        data["phone"] = written_phone(submission.participant.phone, submission.number)
    content = {"type": "google_forms.response", "timestamp": _now(), "data": data}
    return _standard_signed(hook, f"gform_{submission.key}", content)


def _standard_signed(hook: Hook, message: str, content: Mapping[str, Any]) -> Wire:
    """Sign by Standard Webhooks 1.0.0: the id stays the same whenever it is sent, time and signature do not."""
    body, moment = json_bytes(content), str(int(time.time()))
    key = b64decode(hook.secrets["whsec"].removeprefix("whsec_"))
    signature = b64encode(hmac.digest(key, f"{message}.{moment}.".encode() + body, sha256)).decode()
    return _post(
        hook,
        body,
        {"webhook-id": message, "webhook-timestamp": moment, "webhook-signature": f"v1,{signature}"},
    )


def _typeform(hook: Hook, submission: PlannedAct, said: Said) -> Wire:
    answers: list[dict[str, Any]] = []
    for name, value in said.items():
        question = {"id": f"id_{name}", "type": "short_text", "ref": name}
        match name:
            case "phone":
                answers.append({"type": "phone_number", "phone_number": value, "field": question})
            case "email":
                answers.append({"type": "email", "email": value, "field": question})
            case "kind" | "region" | "participant_type" | "topic":
                answers.append({"type": "choice", "choice": {"label": value}, "field": question})
            case "people":
                answers.append({"type": "number", "number": submission.act.people, "field": question})
            case _:
                answers.append({"type": "text", "text": value, "field": question})
    response = {"form_id": hook.form, "token": submission.key, "submitted_at": _now(), "answers": answers}
    content = {"event_id": submission.key, "event_type": "form_response", "form_response": response}
    body = json_bytes(content)
    signature = b64encode(hmac.digest(hook.secrets["secret"].encode(), body, sha256)).decode()
    return _post(hook, body, {"Typeform-Signature": f"sha256={signature}"})


def _tally(hook: Hook, submission: PlannedAct, said: Said) -> Wire:
    fields: list[dict[str, Any]] = []
    for name, label in _TALLY_LABELS.items():
        if name not in said:
            continue
        key = f"question_{name}"
        if name in ("kind", "region"):
            option = {"id": f"option_{name}", "text": said[name]}
            fields.append(
                {"key": key, "label": label, "type": "DROPDOWN", "value": [option["id"]], "options": [option]}
            )
        else:
            fields.append({"key": key, "label": label, "type": "INPUT_TEXT", "value": said[name]})
    typed = (("phone", "Телефон", "INPUT_PHONE_NUMBER"), ("email", "Email", "INPUT_EMAIL"))
    fields += [
        {"key": f"question_{name}", "label": label, "type": kind, "value": said[name]}
        for name, label, kind in typed
        if name in said
    ]
    data = {"responseId": submission.key, "submissionId": submission.key, "formId": hook.form, "fields": fields}
    content = {"eventId": submission.key, "eventType": "FORM_RESPONSE", "createdAt": _now(), "data": data}
    body = json_bytes(content)
    signature = b64encode(hmac.digest(hook.secrets["secret"].encode(), body, sha256)).decode()
    return _post(hook, body, {"Tally-Signature": signature})


def _google_ads(hook: Hook, submission: PlannedAct, said: Said) -> Wire:
    own = {"name": "FULL_NAME", "phone": "PHONE_NUMBER", "email": "EMAIL", "region": "REGION", "country": "COUNTRY"}
    columns = [{"column_id": own.get(name, name), "string_value": value} for name, value in said.items()]
    content = {
        "lead_id": submission.key,
        "form_id": int(hook.form),
        "campaign_id": 1,
        "google_key": hook.secrets["google_key"],
        "api_version": "1.0",
        "user_column_data": columns,
        "lead_submit_time": _now(),
    }
    return _post(hook, json_bytes(content), {})


def _vk(hook: Hook, submission: PlannedAct, said: Said) -> Wire:
    given, _, family = said.get("name", "").partition(" ")
    answers = [{"key": "first_name", "answer": given}, {"key": "last_name", "answer": family}] if given else []
    answers += [
        {"key": {"phone": "phone_number"}.get(name, name), "answer": said[name]} for name in said if name != "name"
    ]
    lead = {
        "lead_id": number_of(submission.key, 12),
        "group_id": int(hook.account),
        "user_id": submission.participant.user or 0,
        "form_id": int(hook.form),
        "answers": answers,
    }
    content = {
        "type": "lead_forms_new",
        "event_id": sha256(submission.key.encode()).hexdigest()[:40],
        "v": "5.199",
        "object": lead,
        "group_id": int(hook.account),
        "secret": hook.secrets["secret"],
    }
    return _post(hook, json_bytes(content), {})


def _telegram(hook: Hook, submission: PlannedAct, said: Said) -> Wire:
    user = _telegram_user(submission)
    message = {
        "message_id": submission.number,
        "from": {**user, "is_bot": False},
        "chat": {"id": user["id"], "type": "private"},
        "date": int(time.time()),
        "web_app_data": {"button_text": "Қатысу", "data": json_bytes(said).decode()},
    }
    content = {"update_id": number_of(submission.key, 12), "message": message}
    return _post(hook, json_bytes(content), {"X-Telegram-Bot-Api-Secret-Token": hook.secrets["secret_token"]})


def _telegram_mini_app(hook: Hook, submission: PlannedAct, said: Said) -> Wire:
    launch = {"auth_date": str(int(time.time())), "user": json_bytes(_telegram_user(submission)).decode()}
    checked = "\n".join(f"{name}={value}" for name, value in sorted(launch.items()))
    key = hmac.digest(b"WebAppData", hook.secrets["bot_token"].encode(), sha256)
    signed = urlencode({**launch, "hash": hmac.digest(key, checked.encode(), sha256).hex()})
    return _mini_app("/v1/submissions/telegram", f"tma {signed}", hook, submission, said)


def _vk_mini_app(hook: Hook, submission: PlannedAct, said: Said) -> Wire:
    launch = {
        "vk_app_id": hook.secrets.get("app_id", hook.account),
        "vk_ts": str(int(time.time())),
        "vk_user_id": str(submission.participant.user),
    }
    checked = urlencode(sorted(launch.items()))
    digest = hmac.digest(hook.secrets["mini_app_secret"].encode(), checked.encode(), sha256)
    sign = urlsafe_b64encode(digest).rstrip(b"=").decode()
    return _mini_app("/v1/submissions/vk-miniapp", f"Bearer {checked}&sign={sign}", hook, submission, said)


def _mini_app(path: str, authorization: str, hook: Hook, submission: PlannedAct, said: Said) -> Wire:
    headers = {"Content-Type": JSON_TYPE, "Authorization": authorization, "Idempotency-Key": submission.key}
    return Wire("POST", path, headers, json_bytes({**said, "form_id": hook.form}))


def _whatsapp(hook: Hook, submission: PlannedAct, said: Said) -> Wire:
    phone = (submission.participant.phone or "").removeprefix("+")
    reply = {name: value for name, value in said.items() if name != "phone"} | {"flow_token": hook.form}
    message = {
        "from": phone,
        "id": f"wamid.{submission.key}",
        "timestamp": str(int(time.time())),
        "type": "interactive",
        "interactive": {
            "type": "nfm_reply",
            "nfm_reply": {"response_json": json_bytes(reply).decode(), "body": "Sent", "name": "flow"},
        },
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "77000000000", "phone_number_id": hook.form},
        "contacts": [{"profile": {"name": submission.participant.name}, "wa_id": phone}],
        "messages": [message],
    }
    entry = {"id": hook.account, "changes": [{"field": "messages", "value": value}]}
    body = json_bytes({"object": "whatsapp_business_account", "entry": [entry]})
    return _post(hook, body, {"X-Hub-Signature-256": whatsapp_signed(hook.secrets["app_secret"], body)})


def _said(submission: PlannedAct) -> Said:
    act, participant, number = submission.act, submission.participant, submission.number
    said = {
        "kind": KINDS[act.kind][number % 2],
        "participant_type": participant.type,
        "name": participant.name,
        "phone": participant.phone and written_phone(participant.phone, number),
        "email": participant.email,
        "organisation": participant.organisation and written_name(participant.organisation, number),
        "bin": participant.bin,
        "region": _region(act.place, number) if act.place.startswith("KZ-") else None,
        "country": None if act.place.startswith("KZ-") else act.place,
        "people": str(act.people),
        "hours": _hours(act.minutes, number) if act.minutes else None,
        "amount": f"{act.amount.value:,}".replace(",", " ") + " ₸" if act.amount else None,
        "topic": act.topic,
    }
    return {name: value for name, value in said.items() if value}


def _region(code: str, number: int) -> str:
    """Return a region's code or its name; the cities' names alone are those of regions, too."""
    kk, ru = (regions()[code].names[language] for language in ("kk", "ru"))
    if "област" not in ru:
        kk, ru = f"{kk} қаласы", f"город {ru}"
    return (code, kk, ru)[number % 3]


def _hours(minutes: int, number: int) -> str:
    told = f"{hours(minutes):g}"
    return (told, told.replace(".", ","), f"{told.replace('.', ',')} сағ.")[number % 3]


def _telegram_user(submission: PlannedAct) -> dict[str, Any]:
    given, _, family = (submission.participant.name or "Үлгі").partition(" ")
    return {"id": submission.participant.user, "first_name": given, "last_name": family}


def _post(hook: Hook, body: bytes, headers: Mapping[str, str]) -> Wire:
    return Wire("POST", f"/v1/hooks/{hook.provider}", {"Content-Type": JSON_TYPE, **headers}, body)


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


_DELIVERIES: Mapping[Channel, Callable[[Hook, PlannedAct, Said], Wire]] = {
    "standard": _standard,
    "checked": _standard,
    "google-forms": _google_forms,
    "typeform": _typeform,
    "tally": _tally,
    "google-ads": _google_ads,
    "vk": _vk,
    "vk-miniapp": _vk_mini_app,
    "telegram": _telegram,
    "telegram-miniapp": _telegram_mini_app,
    "whatsapp": _whatsapp,
}
