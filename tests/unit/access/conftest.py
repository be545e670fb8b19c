import pytest
from at_the_desk import new_bench, with_staff


@pytest.fixture
def bench(tmp_path):
    """Two administrators, an operator, an approver."""
    bench = with_staff(new_bench(tmp_path / "station"))
    yield bench
    bench.desk.ledger.close(bench.desk.journal.signer)
