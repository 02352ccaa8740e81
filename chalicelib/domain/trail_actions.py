"""What those do who moderate, administer, erase and read what people gave, as the trail names it."""

from typing import Literal, get_args

TrailAction = Literal[
    "act_withdrawn",
    "act_corrected",
    "act_approved",
    "act_rejected",
    "act_visibility_decided",
    "acts_withdrawn",
    "acts_approved",
    "acts_rejected",
    "name_decided",
    "names_decided",
    "all_names_decided",
    "notes_read",
    "contacts_read",
    "person_erased",
    "consent_withdrawn",
    "campaign_created",
    "campaign_changed",
    "campaign_gone_live",
    "generation_shown",
    "generation_removed",
    "form_saved",
    "parked_opened",
    "parked_replayed",
    "all_parked_replayed",
    "parked_discarded",
    "token_issued",
    "token_revoked",
]
TRAIL_ACTIONS: tuple[TrailAction, ...] = get_args(TrailAction)
