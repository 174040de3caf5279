"""Executors: equal results wherever the work runs, clean errors, clean interrupts."""

from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import Executor, Future

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutela.kernel.errors import InputError, MissingExtraError
from tutela.kernel.execute import InProcess, map_chunks, open_executor, spawn_seeds


def draw(seeds):
    """Numbers that depend on the seed of each item only."""
    return [np.random.default_rng(seed).normal(size=3).tolist() for seed in seeds]


def fail_on_seven(items):
    if 7 in items:
        message = "seven"
        raise RuntimeError(message)
    return sum(items)


class Recording(Executor):
    """An executor whose second task is interrupted; it remembers what was canceled."""

    def __init__(self):
        self.futures: list[Future] = []

    def submit(self, fn, /, *args, **kwargs):
        future: Future = Future()
        self.futures.append(future)
        if len(self.futures) == 1:
            future.set_result(fn(*args, **kwargs))
        elif len(self.futures) == 2:
            future.set_exception(KeyboardInterrupt())
        return future


@pytest.mark.property
@given(st.lists(st.integers(), max_size=40), st.integers(1, 9))
@settings(max_examples=40, deadline=None)
def test_chunks_keep_order_and_lose_nothing(items, size):
    parts = map_chunks(list, items, chunk_size=size)
    assert [item for part in parts for item in part] == items
    assert all(len(part) <= size for part in parts)


def states(seeds):
    return [seed.generate_state(2).tolist() for seed in seeds]


@pytest.mark.property
@given(st.integers(0, 2**40), st.integers(0, 20), st.integers(0, 20))
@settings(max_examples=30, deadline=None)
def test_an_item_keeps_its_seed_when_more_items_are_drawn(seed, n, more):
    short, long = spawn_seeds(seed, n), spawn_seeds(seed, n + more)
    assert states(short) == states(long[:n])
    assert states(spawn_seeds(seed, more, first=n)) == states(long[n:])
    assert states(long) == states(np.random.SeedSequence(seed).spawn(n + more))


def test_a_pool_of_two_processes_gives_the_numbers_of_this_process():
    seeds = spawn_seeds(11, 10)
    with open_executor(workers=2) as pool:
        assert map_chunks(draw, seeds, executor=pool, chunk_size=3) == map_chunks(draw, seeds, chunk_size=3)


def test_a_dask_cluster_gives_the_numbers_of_this_process():
    distributed = pytest.importorskip("distributed")
    seeds = spawn_seeds(11, 10)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        open_executor(cluster=cluster.scheduler_address) as pool,
    ):
        assert map_chunks(draw, seeds, executor=pool, chunk_size=3) == map_chunks(draw, seeds, chunk_size=3)


def test_a_cluster_without_its_extra_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(MissingExtraError, match=r"pip install 'tutela\[cluster\]'"),
        open_executor(cluster="tcp://x:1"),
    ):
        pass


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ({"workers": 0}, "workers: found 0, expected at least 1"),
        ({"workers": -2}, "at least 1"),
        ({"cluster": "host:8786"}, "expected an address such as tcp://host:8786"),
    ],
)
def test_a_place_that_cannot_compute_is_refused(place, words):
    with pytest.raises(InputError, match=words), open_executor(**place):
        pass


def test_one_worker_is_this_process():
    with open_executor(workers=1) as executor:
        assert isinstance(executor, InProcess)


def test_an_error_in_a_worker_reaches_the_caller():
    with open_executor(workers=2) as pool, pytest.raises(RuntimeError, match="seven"):
        map_chunks(fail_on_seven, range(20), executor=pool, chunk_size=2)


def test_an_interrupt_cancels_what_has_not_begun():
    executor = Recording()
    with pytest.raises(KeyboardInterrupt):
        map_chunks(sum, [1, 2, 3, 4], executor=executor, chunk_size=1)
    assert [future.cancelled() for future in executor.futures] == [False, False, True, True]


def test_progress_is_told_after_each_chunk():
    seen = []
    map_chunks(len, range(5), executor=InProcess(), chunk_size=2, on_done=lambda i, n: seen.append((i, n)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize(("seed", "n"), [(-1, 3), (1, -3)])
def test_negative_seeds_and_sizes_are_refused(seed, n):
    with pytest.raises(InputError, match="negative"):
        spawn_seeds(seed, n)


def test_an_empty_chunk_size_is_refused():
    with pytest.raises(InputError, match="at least one"):
        map_chunks(len, [1], chunk_size=0)


INTERRUPTED = """
import signal, sys, time
from tutela.kernel.execute import map_chunks, open_executor

def slow(items):
    time.sleep(0.2)
    return 1

if __name__ == "__main__":
    # A shell that runs the tests in the background hands down an ignored SIGINT.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with open_executor(workers=2) as pool:
            print("started", flush=True)
            map_chunks(slow, range(400), executor=pool, chunk_size=1,
                       on_done=lambda done, total: print("working", flush=True) if done == 1 else None)
    except KeyboardInterrupt:
        print("stopped", flush=True)
        sys.exit(130)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT cannot be sent to one process on Windows")
def test_an_interrupt_ends_a_pool_at_once_and_without_tracebacks(tmp_path):
    script = tmp_path / "interrupted.py"
    script.write_text(INTERRUPTED)
    child = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert [child.stdout.readline(), child.stdout.readline()] == ["started\n", "working\n"]
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=30)
    assert (child.returncode, out, err) == (130, "stopped\n", "")
