"""Work that fans out: in this process, on several cores, or on a Dask cluster, with equal results.

Everything that fans out takes a ``concurrent.futures.Executor`` (or None: in this process) and hands its
work to :func:`map_chunks`. Two habits make the result independent of where it runs: the cut into chunks
depends on the items only, never on the number of workers; and random numbers come from one seed sequence
per item (:func:`spawn_seeds`), never from one per worker.

.. code-block:: python

    with open_executor(workers=4) as executor:      # or cluster="tcp://scheduler:8786"
        parts = map_chunks(grade_many, subjects, executor=executor)
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from typing import Any, TypeVar

import numpy as np

from tutela.kernel.errors import InputError, MissingExtraError

__all__ = ["DEFAULT_CHUNK", "InProcess", "map_chunks", "open_executor", "spawn_seeds"]

T = TypeVar("T")
R = TypeVar("R")

#: Items per task. Large enough to hide the cost of sending a task, small enough to spread 100 subjects
#: over a few cores; a constant, because a cut that followed the workers would make results follow them.
DEFAULT_CHUNK = 16

#: Address schemes that mean a Dask scheduler.
_CLUSTER_SCHEMES = ("tcp://", "tls://", "ucx://", "ws://", "wss://")


class InProcess(Executor):
    """An executor that does the work at once, in this process; errors and interrupts pass through.

    Examples
    --------
    >>> with InProcess() as executor:
    ...     executor.submit(pow, 2, 5).result()
    32
    """

    def submit(self, fn: Callable[..., R], /, *args: Any, **kwargs: Any) -> Future[R]:  # noqa: ANN401
        """Run the call now and return it as a finished future."""
        future: Future[R] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def spawn_seeds(seed: int, n: int, *, first: int = 0) -> list[np.random.SeedSequence]:
    """One independent seed sequence per item.

    Parameters
    ----------
    seed
        Any non-negative integer.
    n
        Number of items.
    first
        Number of the first item; a long run can be done in batches.

    Returns
    -------
    list of numpy.random.SeedSequence
        Shape (n,). Item i gets the same sequence whatever n is, so a longer run begins with the shorter; the
        sequences are those of ``numpy.random.SeedSequence(seed).spawn``.

    Raises
    ------
    InputError
        If the seed, n or first is negative.

    Examples
    --------
    >>> a, b = spawn_seeds(1, 5), spawn_seeds(1, 2)
    >>> a[1].generate_state(1)[0] == b[1].generate_state(1)[0]
    np.True_
    """
    for name, value in (("seed", seed), ("n", n), ("first", first)):
        if value < 0:
            what = f"{name} is negative."
            raise InputError(what, column=name, value=value, expected="a whole number of at least 0")
    return [np.random.SeedSequence(seed, spawn_key=(index,)) for index in range(first, first + n)]


def map_chunks(
    function: Callable[[Sequence[T]], R],
    items: Sequence[T],
    *,
    executor: Executor | None = None,
    chunk_size: int = DEFAULT_CHUNK,
    on_done: Callable[[int, int], None] | None = None,
) -> list[R]:
    """Apply a function to consecutive chunks of the items; results come in the order of the items.

    Parameters
    ----------
    function
        Takes one chunk; must be importable (a module-level function or a ``functools.partial`` of one)
        if the executor is in another process.
    items
        What to work on.
    executor
        Where; None for this process. It stays open: its owner closes it.
    chunk_size
        Items per chunk, at least 1.
    on_done
        Called with (chunks done, chunks in all) after each chunk, for progress.

    Returns
    -------
    list
        One result per chunk, first chunk first, equal on every executor.

    Raises
    ------
    InputError
        If ``chunk_size`` is below 1.

    Notes
    -----
    On the first error, and on an interrupt from the keyboard, work that has not begun is canceled and the
    error goes on to the caller.

    Examples
    --------
    >>> map_chunks(sum, [1, 2, 3, 4, 5], chunk_size=2)
    [3, 7, 5]
    """
    if chunk_size < 1:
        what = "A chunk holds at least one item."
        raise InputError(what, column="chunk_size", value=chunk_size, expected="at least 1")
    chunks = [items[start : start + chunk_size] for start in range(0, len(items), chunk_size)]
    if executor is None or isinstance(executor, InProcess):
        return [_report(function(chunk), i, len(chunks), on_done) for i, chunk in enumerate(chunks)]
    futures: list[Future[R]] = []
    try:
        # Submitting is inside too: an interrupt half way must cancel what was already sent.
        futures.extend(executor.submit(function, chunk) for chunk in chunks)
        return [_report(future.result(), i, len(chunks), on_done) for i, future in enumerate(futures)]
    except BaseException:
        for future in futures:
            future.cancel()
        raise


def _report(result: R, index: int, total: int, on_done: Callable[[int, int], None] | None) -> R:
    if on_done is not None:
        on_done(index + 1, total)
    return result


@contextmanager
def open_executor(*, workers: int = 1, cluster: str | None = None) -> Iterator[Executor]:
    """Open an executor, and close it cleanly.

    Parameters
    ----------
    workers
        Processes on this machine; 1 computes in this process.
    cluster
        Address of a Dask scheduler, ``tcp://host:port`` (or tls, ucx, ws, wss); takes the place of workers.

    Yields
    ------
    concurrent.futures.Executor
        To be passed to whatever fans out.

    Raises
    ------
    MissingExtraError
        If a cluster is asked for and the ``cluster`` extra is not installed.
    InputError
        If the number is below 1, the address has no known scheme, or the scheduler does not answer.

    Examples
    --------
    >>> with open_executor() as executor:
    ...     map_chunks(len, "abcde", executor=executor, chunk_size=2)
    [2, 2, 1]
    """
    if workers < 1:
        what = "There is no work without a worker."
        raise InputError(what, column="workers", value=workers, expected="at least 1")
    if cluster is not None:
        _check_address(cluster)
        with _open_cluster(cluster) as executor:
            yield executor
    elif workers == 1:
        yield InProcess()
    else:
        with _open_pool(workers) as executor:
            yield executor


def _check_address(address: str) -> None:
    if not address.startswith(_CLUSTER_SCHEMES):
        what = "This is not the address of a Dask scheduler."
        raise InputError(what, column="cluster", value=address, expected="an address such as tcp://host:8786")


def _ignore_interrupt() -> None:
    """Leave Ctrl-C to the parent, so that workers end in order instead of each printing a traceback."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _open_pool(workers: int) -> Iterator[Executor]:
    # "spawn", because a forked child inherits the locks of polars' thread pool and can hang.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_ignore_interrupt)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _open_cluster(address: str) -> Iterator[Executor]:
    try:
        distributed = import_module("distributed")
    except ImportError as error:
        feature = f"Computing on the cluster {address}"
        raise MissingExtraError(feature, extra="cluster") from error
    try:
        client = distributed.Client(address, timeout="10s", set_as_default=False)
    except (OSError, ValueError) as error:
        what = "The Dask scheduler does not answer."
        raise InputError(
            what, column="executor", value=address, expected="the address of a running scheduler",
            advice="Start it (dask scheduler) and check host, port and network.",
        ) from error  # fmt: skip
    try:
        # pure=False: two calls with equal arguments are still two calls.
        yield client.get_executor(pure=False)
    finally:
        client.close()
