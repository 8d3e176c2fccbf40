"""A stand-in of Slack with two workspaces, and a door beside it, for each test. Both run on: what they keep is cleared between tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.adapters.slack.reporting import ReportingDoor, reporting_door
from tests.adapters.slack.running import RunningDoor
from tests.stand_ins.slack import SlackStandIn, Workspace


@pytest.fixture(scope="session")
def running_slack() -> Iterator[SlackStandIn]:
    with SlackStandIn() as running:
        yield running


@pytest.fixture(scope="session")
def running_door(running_slack: SlackStandIn) -> Iterator[RunningDoor]:
    with RunningDoor(running_slack) as running:
        yield running


@pytest.fixture
def slack(running_slack: SlackStandIn) -> SlackStandIn:
    running_slack.begin_again()
    running_slack.add("T-known")
    running_slack.add("T-other")
    return running_slack


@pytest.fixture
def known(slack: SlackStandIn) -> Workspace:
    return slack.workspaces["xoxb-T-known"]


@pytest.fixture
def door(slack: SlackStandIn, running_door: RunningDoor) -> RunningDoor:
    return running_door


@pytest.fixture(scope="session")
def running_reports() -> Iterator[ReportingDoor]:
    with reporting_door() as running:
        yield running


@pytest.fixture(params=["http", "socket"])
def reports(running_reports: ReportingDoor, request: pytest.FixtureRequest) -> ReportingDoor:
    """A door that takes reports, delivered to in each way in turn."""
    running_reports.begin_again(request.param)
    return running_reports


@pytest.fixture
def over_http(running_reports: ReportingDoor) -> ReportingDoor:
    """The same, where the way makes no difference."""
    running_reports.begin_again("http")
    return running_reports
