"""The order in which jobs run, and what becomes of those that don't."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CancelledError
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
            except CancelledError:
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
    worker.join(60)
    assert not worker.is_alive()


def until_cancelled(started: threading.Event) -> Callable[[CancelToken], None]:
    def work(token: CancelToken) -> None:
        started.set()
        token.wait(60)
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
    assert started.wait(60)
    scheduler.submit(job("next", Priority.BATCH, lambda token: done.set()))
    scheduler.submit(job("desk", Priority.QUICK))
    assert done.wait(60)
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
    assert started.wait(60)
    scheduler.submit(job("desk", Priority.QUICK))
    assert dropped.wait(60)
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
    assert started.wait(60)
    scheduler.submit(job("waiting", on_dropped=dropped.set))
    assert scheduler.cancel("waiting")
    assert dropped.wait(60)
    assert scheduler.cancel("running")
    assert not scheduler.cancel("nobody")
    scheduler.close()
    worker.join(60)
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
    assert started.wait(60)
    for i in range(40):
        scheduler.submit(job(f"{i}", on_dropped=lambda i=i: dropped.append(i)))
    scheduler.close()
    worker.join(60)
    assert not worker.is_alive()
    assert len(dropped) == 40
    with pytest.raises(RuntimeError):
        scheduler.submit(job("late"))


def test_dropping_may_submit_again(scheduler):
    """Callbacks run outside the scheduler's lock, so they may use it."""
    scheduler.submit(job("a", on_dropped=lambda: scheduler.submit(job("b"))))
    scheduler.cancel("a")
    assert take_all(scheduler) == ["b"]


def test_busy_tells_of_what_waits_or_runs_and_is_as_urgent(scheduler):
    assert not scheduler.busy(Priority.SPECULATIVE)
    scheduler.submit(job("file", Priority.BATCH))
    assert scheduler.busy(Priority.BATCH)
    assert not scheduler.busy(Priority.DETAILS)
    scheduler.submit(job("card", Priority.QUICK))
    taken = scheduler.take()
    assert taken is not None
    assert taken.key == "card"
    assert scheduler.busy(Priority.DETAILS)
    scheduler.done(taken, stopped=False)
    assert not scheduler.busy(Priority.DETAILS)


# --- several takers -------------------------------------------------------------------------------


@pytest.fixture
def workers(scheduler):
    workers = [Worker(scheduler) for _ in range(2)]
    for worker in workers:
        worker.start()
    yield workers
    scheduler.close()
    for worker in workers:
        worker.join(60)
        assert not worker.is_alive()


def test_several_takers_share_the_jobs(scheduler, workers):
    """Each waits until the other one has a job as well: one taker alone would never get further."""
    both = threading.Barrier(2, timeout=60)
    done = [threading.Event() for _ in range(2)]

    def meet(mine: threading.Event) -> Callable[[CancelToken], None]:
        def work(token: CancelToken) -> None:
            both.wait()
            mine.set()

        return work

    for i, event in enumerate(done):
        scheduler.submit(job(f"{i}", work=meet(event)))
    assert all(event.wait(60) for event in done)


def test_nothing_is_pre_empted_while_a_taker_is_idle(scheduler, workers):
    started, release, quick = threading.Event(), threading.Event(), threading.Event()
    runs = []

    def batch(token: CancelToken) -> None:
        runs.append("batch")
        started.set()
        release.wait(60)
        token.check()

    scheduler.submit(job("batch", Priority.BATCH, batch))
    assert started.wait(60)
    scheduler.submit(job("desk", Priority.QUICK, lambda token: quick.set()))
    assert quick.wait(60)
    release.set()
    scheduler.close()
    for worker in workers:
        worker.join(60)
    assert runs == ["batch"]


def test_with_all_takers_busy_each_urgent_job_takes_the_place_of_a_lower_one(scheduler):
    for key in ("batch 1", "batch 2"):
        scheduler.submit(job(key, Priority.BATCH))
    scheduler.submit(job("details", Priority.DETAILS))
    running = [scheduler.take() for _ in range(3)]
    cancelled = lambda: [j.key for j in running if j.token.cancelled]  # noqa: E731
    scheduler.submit(job("desk 1", Priority.QUICK))
    assert cancelled() == ["batch 2"]
    scheduler.submit(job("desk 2", Priority.QUICK))
    assert cancelled() == ["batch 1", "batch 2"]
    scheduler.submit(job("desk 3", Priority.QUICK))
    assert cancelled() == ["details", "batch 1", "batch 2"]
    for taken in running:
        scheduler.done(taken, stopped=True)
    assert take_all(scheduler) == ["desk 1", "desk 2", "desk 3", "details", "batch 1", "batch 2"]


def test_what_was_cancelled_while_it_ran_does_not_come_back(scheduler):
    scheduler.submit(job("batch", Priority.BATCH))
    taken = scheduler.take()
    scheduler.cancel("batch")
    scheduler.submit(job("desk", Priority.QUICK))
    scheduler.done(taken, stopped=True)
    assert take_all(scheduler) == ["desk"]
