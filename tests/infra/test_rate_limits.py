"""What a token is told that it may ask is what the firewall counts."""

from typing import Any

from chalicelib.api.calls import RATE_WINDOW_SECONDS


def test_a_token_is_told_the_limit_of_the_firewall(deployed: dict[str, Any]) -> None:
    resources = deployed["Resources"]
    variables = resources["APIHandler"]["Properties"]["Environment"]["Variables"]
    rules = {rule["Name"]: rule["Statement"] for rule in resources["Firewall"]["Properties"]["Rules"]}
    counted = rules["token-without-end"]["RateBasedStatement"]

    assert variables["TOKEN_REQUESTS"] == counted["Limit"] == {"Ref": "TokenRequests"}
    assert counted["EvaluationWindowSec"] == RATE_WINDOW_SECONDS
