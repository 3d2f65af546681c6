"""What the tests of the command line share."""

import pytest

from tests.cli.running import Run, runner


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run ``desktop-al`` with the arguments given."""
    return runner(capsys)
