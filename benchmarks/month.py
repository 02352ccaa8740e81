"""What a month costs whatever comes in: counted in the template, and by what functions do that run by the clock."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from benchmarks.prices import ALARM_METRIC, DASHBOARD, KEY, KEY_VERSION, METRIC, RULE, SECRET, WEB_ACL, Function

HOURS = 30 * 24
MINUTES = HOURS * 60
SWEEPER_GB, RETENTION_GB = 512 / 1024, 256 / 1024


class Counted(msgspec.Struct, frozen=True):
    """What a template has that is paid for by the month."""

    alarms: int
    alarm_metrics: int
    dashboards: int
    keys: int
    rotated_keys: int
    secrets: int
    rules: int


def counted(template: Mapping[str, Any]) -> Counted:
    """Return what is counted in a template, without what there is only under a condition."""

    def of(kind: str) -> list[Mapping[str, Any]]:
        resources = [one for one in template["Resources"].values() if "Condition" not in one]
        return [one["Properties"] for one in resources if one.get("Type") == f"AWS::{kind}"]

    alarms, keys = of("CloudWatch::Alarm"), of("KMS::Key")
    return Counted(
        alarms=len(alarms),
        alarm_metrics=sum(sum("MetricStat" in one for one in alarm.get("Metrics", ())) or 1 for alarm in alarms),
        dashboards=len(of("CloudWatch::Dashboard")),
        keys=len(keys),
        rotated_keys=sum(bool(key.get("EnableKeyRotation")) for key in keys),
        secrets=len(of("SecretsManager::Secret")),
        rules=sum(len(acl["Rules"]) for acl in of("WAFv2::WebACL")),
    )


def fixed(
    found: Counted, lasting: Iterable[Function], busy: Iterable[Function], busy_hours: float
) -> list[tuple[str, float]]:
    """Return by what it is for what a month costs, in US dollars.

    Metrics that functions write all month long are paid for as a whole, those of a campaign by the hour.
    """
    always = {metric for function in lasting for metric in function.metrics}
    sometimes = {metric for function in busy for metric in function.metrics} - always
    metrics = len(always) + len(sometimes) * busy_hours / HOURS
    return [
        (f"a month of the firewall and its {found.rules} rules", WEB_ACL + found.rules * RULE),
        (f"a month of {found.keys} keys and {found.secrets} secrets", found.keys * KEY + found.secrets * SECRET),
        (
            f"a month of {found.alarms} alarms, which read {found.alarm_metrics} metrics",
            found.alarm_metrics * ALARM_METRIC,
        ),
        (f"a month of {len(always)} metrics, and the hours of {len(sometimes)} more", metrics * METRIC),
        ("a month of the dashboard", found.dashboards * DASHBOARD),
    ]


def rotation(found: Counted) -> list[str]:
    """Return what the rotation of keys will cost later, as lines."""
    year = found.rotated_keys * KEY_VERSION
    return [
        f"The {found.rotated_keys} keys are rotated once a year, and the first two versions of each that are replaced",
        f"are paid for as keys: {year:,.2f} dollars a month more in the second year, {2 * year:,.2f} from then on.",
    ]
