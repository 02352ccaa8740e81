"""The newest report of the sweep is what everybody reads."""

from chalicelib.aws import clients
from chalicelib.publishing.standstill import Report, Reports
from tests.conftest import Tables
from tests.reads import reads


def test_a_report_takes_the_place_of_the_one_before_it_and_is_read_consistently(tables: Tables) -> None:
    reports = Reports(clients.dynamodb(), tables["OperationsTable"])
    newest = Report(3_000, unshown_since=1_000, late_ms=7, set_aside=2)

    with reads(clients.dynamodb()) as found:
        assert reports.read() is None
        for report in (Report(2_000), newest):
            reports.put(report)
        assert reports.read() == newest

    assert found == [("GetItem", True)] * 2
