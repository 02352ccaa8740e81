import pytest

from infra.checks import mappings
from tests.infra.checks.parts import Spoil, Template, properties


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda t: properties(t, "ProjectorOfEvents").update(Enabled=False), "ProjectorOfEvents is not enabled"),
        (
            lambda t: properties(t, "LeadWorkerOfLeads").update(MaximumRetryAttempts=3),
            "LeadWorkerOfLeads: MaximumRetryAttempts is refused of a queue",
        ),
        (lambda t: properties(t, "ProjectorOfEvents").pop("TumblingWindowInSeconds"), "no invocation names its shard"),
        (lambda t: properties(t, "ProjectorOfEvents").update(ParallelizationFactor=10), "ParallelizationFactor is 10"),
        (lambda t: properties(t, "ProjectorOfEvents").update(MaximumRetryAttempts=3), "MaximumRetryAttempts is 3"),
        (lambda t: properties(t, "ProjectorOfEvents").pop("MaximumRecordAgeInSeconds"), "MaximumRecordAgeInSeconds is"),
        (
            lambda t: properties(t, "PublisherOfStates").update(StartingPosition="LATEST"),
            "StartingPosition is 'LATEST'",
        ),
        (
            lambda t: properties(t, "PublisherOfStates").pop("MaximumBatchingWindowInSeconds"),
            "PublisherOfStates: MaximumBatchingWindowInSeconds is None, not {'Ref': 'PublishingWindow'}",
        ),
        (
            lambda t: properties(t, "PublisherOfNames").update(MaximumBatchingWindowInSeconds=1),
            "PublisherOfNames: MaximumBatchingWindowInSeconds is 1, not 0",
        ),
        (
            lambda t: properties(t, "PublisherOfCampaigns").pop("MaximumBatchingWindowInSeconds"),
            "PublisherOfCampaigns: MaximumBatchingWindowInSeconds is None, not 0",
        ),
        (lambda t: properties(t, "LeadWorkerOfLeads").pop("FunctionResponseTypes"), "FunctionResponseTypes is None"),
        (lambda t: t["Resources"].pop("PublisherOfCampaigns"), "PublisherOfCampaigns: FunctionName is None"),
        (
            lambda t: properties(t, "LeadWorkerOfLeads").update(BatchSize=10),
            "LeadWorkerOfLeads: BatchSize is 10, not 5",
        ),
        (
            lambda t: properties(t, "LeadsQueue").update(VisibilityTimeout=359),
            "after 359 s, not 6 times LeadWorker's 60 s",
        ),
        (lambda t: properties(t, "LeadsQueue").pop("VisibilityTimeout"), "after 30 s, not 6 times LeadWorker's 60 s"),
        (lambda t: properties(t, "LeadWorker").update(Timeout=61), "after 360 s, not 6 times LeadWorker's 61 s"),
        (lambda t: properties(t, "LeadWorker").update(Timeout=25), "25 s for 5 leads, each of which may take 5 s"),
        (
            lambda t: properties(t, "ProjectorOfEvents").update(BisectBatchOnFunctionError=True),
            "ProjectorOfEvents cuts batches in half",
        ),
    ],
)
def test_a_mapping_that_breaks_a_guarantee_is_noticed(template: Template, spoil: Spoil, fault: str) -> None:
    spoil(template)

    found = list(mappings.faults(template))
    assert any(fault in one for one in found), found
