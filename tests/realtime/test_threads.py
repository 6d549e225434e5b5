"""Threads that query: whatever comes out of a work goes to whoever waits, and the thread goes on."""

import pytest

from realtime.threads import DatabaseThreads


class PanicException(BaseException):
    """What pycrdt raises when Rust panics."""


@pytest.mark.parametrize("error", [ValueError("x"), PanicException("x"), SystemExit(1)])
async def test_work_that_fails_tells_and_the_thread_goes_on(
    transactional_db: None, error: BaseException
) -> None:
    def fail() -> None:
        raise error

    threads = DatabaseThreads("test")
    with pytest.raises(Exception, match=r"x|1"):
        await threads.run(fail)

    assert await threads.run(lambda: "alive") == "alive"
    await threads.stop()
