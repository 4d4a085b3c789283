"""The order in which jobs run, and what becomes of those that don't."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import Cancelled
from cardscanner_gui.core.scheduler import Job, Priority, Scheduler


def job(
    key: str,
    priority: Priority = Priority.BATCH,
    work: Callable[[CancelToken], None] = lambda token: None,
    on_dropped: Callable[[], None] | None = None,
) -> Job:
    return Job(key, priority, work, on_dropped)


def take_all(scheduler: Scheduler) -> list[str]:
    keys = []
    while scheduler.pending():
        taken = scheduler.take()
        assert taken is not None
        keys.append(taken.key)
        scheduler.done(taken, stopped=False)
    return keys


class Worker(threading.Thread):
    """Runs jobs like the inference thread does; keeps the keys of those that came to their end."""

    def __init__(self, scheduler: Scheduler) -> None:
        super().__init__()
        self.scheduler = scheduler
        self.finished: list[str] = []

    def run(self) -> None:
        while (taken := self.scheduler.take()) is not None:
            try:
                taken.work(taken.token)
            except Cancelled:
                self.scheduler.done(taken, stopped=True)
            else:
                self.finished.append(taken.key)
                self.scheduler.done(taken, stopped=False)


@pytest.fixture
def scheduler():
    scheduler = Scheduler()
    yield scheduler
    scheduler.close()


@pytest.fixture
def worker(scheduler):
    worker = Worker(scheduler)
    worker.start()
    yield worker
    scheduler.close()
    worker.join(5)
    assert not worker.is_alive()


def until_cancelled(started: threading.Event) -> Callable[[CancelToken], None]:
    def work(token: CancelToken) -> None:
        started.set()
        token.wait(5)
        token.check()

    return work


def test_the_card_on_the_desk_goes_before_a_batch(scheduler):
    scheduler.submit(job("batch 1", Priority.BATCH))
    scheduler.submit(job("frame", Priority.SPECULATIVE))
    scheduler.submit(job("batch 2", Priority.BATCH))
    scheduler.submit(job("details", Priority.DETAILS))
    scheduler.submit(job("desk", Priority.QUICK))
    assert take_all(scheduler) == ["desk", "details", "batch 1", "batch 2", "frame"]


def test_a_newer_job_of_the_same_key_replaces_the_waiting_one(scheduler):
    dropped = []
    scheduler.submit(job("frame", on_dropped=lambda: dropped.append("old")))
    scheduler.submit(job("frame", on_dropped=lambda: dropped.append("new")))
    assert dropped == ["old"]
    assert take_all(scheduler) == ["frame"]
    assert dropped == ["old"]


def test_a_pre_empted_batch_job_runs_again_before_its_peers(scheduler, worker):
    started = threading.Event()
    runs = []

    def batch(token: CancelToken) -> None:
        runs.append("batch")
        if len(runs) == 1:
            until_cancelled(started)(token)

    done = threading.Event()
    scheduler.submit(job("batch", Priority.BATCH, batch))
    assert started.wait(5)
    scheduler.submit(job("next", Priority.BATCH, lambda token: done.set()))
    scheduler.submit(job("desk", Priority.QUICK))
    assert done.wait(5)
    assert worker.finished[:2] == ["desk", "batch"]
    assert runs == ["batch", "batch"]


def test_a_pre_empted_job_that_was_done_already_does_not_run_twice(scheduler):
    runs = []
    scheduler.submit(job("batch", Priority.BATCH, lambda token: runs.append(1)))
    taken = scheduler.take()
    assert taken is not None
    scheduler.submit(job("desk", Priority.QUICK))
    assert taken.token.cancelled
    scheduler.done(taken, stopped=False)  # it never looked at its token
    assert take_all(scheduler) == ["desk"]


def test_speculative_work_is_dropped_when_it_is_pre_empted(scheduler, worker):
    started, dropped = threading.Event(), threading.Event()
    scheduler.submit(
        job("frame", Priority.SPECULATIVE, until_cancelled(started), on_dropped=dropped.set)
    )
    assert started.wait(5)
    scheduler.submit(job("desk", Priority.QUICK))
    assert dropped.wait(5)
    assert "frame" not in worker.finished


def test_equal_priority_does_not_interrupt(scheduler):
    scheduler.submit(job("first", Priority.QUICK))
    taken = scheduler.take()
    assert taken is not None
    scheduler.submit(job("second", Priority.QUICK))
    assert not taken.token.cancelled


def test_cancelling_reaches_waiting_and_running_jobs(scheduler, worker):
    started, dropped = threading.Event(), threading.Event()
    scheduler.submit(job("running", work=until_cancelled(started)))
    assert started.wait(5)
    scheduler.submit(job("waiting", on_dropped=dropped.set))
    assert scheduler.cancel("waiting")
    assert dropped.wait(5)
    assert scheduler.cancel("running")
    assert not scheduler.cancel("nobody")
    scheduler.close()
    worker.join(5)
    assert worker.finished == []


def test_cancel_all_leaves_nothing(scheduler):
    dropped = []
    for i in range(5):
        scheduler.submit(job(f"{i}", on_dropped=lambda i=i: dropped.append(i)))
    scheduler.cancel_all()
    assert sorted(dropped) == [0, 1, 2, 3, 4]
    assert scheduler.pending() == 0


def test_closing_ends_the_thread_and_drops_what_waits(scheduler, worker):
    started = threading.Event()
    dropped = []
    scheduler.submit(job("running", work=until_cancelled(started)))
    assert started.wait(5)
    for i in range(40):
        scheduler.submit(job(f"{i}", on_dropped=lambda i=i: dropped.append(i)))
    scheduler.close()
    worker.join(5)
    assert not worker.is_alive()
    assert len(dropped) == 40
    with pytest.raises(RuntimeError):
        scheduler.submit(job("late"))


def test_dropping_may_submit_again(scheduler):
    """Callbacks run outside the scheduler's lock, so they may use it."""
    scheduler.submit(job("a", on_dropped=lambda: scheduler.submit(job("b"))))
    scheduler.cancel("a")
    assert take_all(scheduler) == ["b"]
