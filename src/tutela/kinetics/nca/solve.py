"""Everything that comes from the samples of a group of profiles, in one pass over arrays."""

from __future__ import annotations

from tutela.kinetics.nca.area import area_columns, window_column
from tutela.kinetics.nca.blq import Curves, draw_curves
from tutela.kinetics.nca.columns import Column, no_texts
from tutela.kinetics.nca.course import course_columns
from tutela.kinetics.nca.intervals import intervals
from tutela.kinetics.nca.lambda_z import Terminal, fit_terminal
from tutela.kinetics.nca.options import NcaOptions
from tutela.kinetics.nca.profiles import Profiles
from tutela.kinetics.nca.terminal import terminal_columns

__all__ = ["DEFAULTS", "solve"]

#: The choices of an analysis that names none.
DEFAULTS = NcaOptions()


def solve(profiles: Profiles, options: NcaOptions) -> tuple[dict[str, Column], Curves, Terminal]:
    """Compute what needs samples: course, areas, terminal slope and windows.

    Parameters
    ----------
    profiles
        Packed samples.
    options
        Choices of the analysis.

    Returns
    -------
    tuple
        Parameters by code (windows by label), the curves and the terminal fits they come from.
    """
    curves = draw_curves(profiles, options)
    joined = intervals(curves.time, curves.conc, method=options.method, tmax=curves.tmax)
    fit = fit_terminal(
        curves.time,
        curves.conc,
        curves.quantified,
        tmax=curves.tmax,
        options=options.terminal,
        include=curves.include,
        exclude=curves.exclude,
    )
    columns = course_columns(profiles, curves, options)
    columns |= area_columns(curves, joined, options)
    columns |= terminal_columns(curves, fit, options.terminal)
    why = columns["LAMZ"].reason
    for window in options.windows:
        columns[window.label] = window_column(
            curves,
            joined,
            fit.rate,
            no_texts(len(fit.rate)) if why is None else why,
            window=window,
            options=options,
        )
    return columns, curves, fit
