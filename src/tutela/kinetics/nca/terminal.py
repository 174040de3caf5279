"""The terminal slope as parameters, with the reason where there is none, and what follows from it."""

from __future__ import annotations

import numpy as np

from tutela.kinetics.nca.blq import Curves
from tutela.kinetics.nca.choices import TerminalFit
from tutela.kinetics.nca.columns import Column, Texts, say
from tutela.kinetics.nca.course import why_not_quantified
from tutela.kinetics.nca.intervals import FloatArray
from tutela.kinetics.nca.lambda_z import Terminal

__all__ = ["derive", "terminal_columns"]


def terminal_columns(curves: Curves, fit: Terminal, options: TerminalFit) -> dict[str, Column]:
    """LAMZ and the quality of its fit.

    Parameters
    ----------
    curves
        Profiles after the rules for values below quantification.
    fit
        Their terminal fits.
    options
        How they were found.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        predicted = np.exp(fit.log_last - fit.rate * (curves.tlast - fit.reference))
    half_life = np.log(2.0) / fit.rate
    found = ~np.isnan(fit.rate)
    return {
        "LAMZ": Column(fit.rate, _why_no_slope(curves, fit, options), _qualify(fit)),
        "LAMZHL": Column(half_life),
        "LAMZNPT": Column(np.where(found, fit.points.astype(np.float64), np.nan)),
        "LAMZLL": Column(fit.lower),
        "LAMZUL": Column(fit.upper),
        "LAMZSPN": Column((fit.upper - fit.lower) / half_life),
        "R2": Column(fit.r2),
        "R2ADJ": Column(fit.r2_adjusted),
        "CORRXY": Column(fit.correlation),
        "CLSTP": Column(predicted),
    }


def _why_no_slope(curves: Curves, fit: Terminal, options: TerminalFit) -> Texts:
    none = np.isnan(fit.rate)
    needed = np.where(fit.is_chosen, options.points or options.min_points, options.min_points)
    few = none & (fit.available < needed)
    return say(
        (~curves.has_quantified, "{}", why_not_quantified(curves)),
        (few & fit.is_chosen, "{} quantified sample(s) among those chosen for lambda_z, {} needed",
         fit.available, needed),
        (few, "{} quantified sample(s) after Tmax, {} needed for lambda_z", fit.available, needed),
        (fit.lost_to_rising, "the best adjusted R2 among {} fits belongs to a rising one", fit.candidates),
        (none, "none of {} terminal fit(s) falls", fit.candidates),
    )  # fmt: skip


def _qualify(fit: Terminal) -> Texts:
    found = ~np.isnan(fit.rate)
    return say(
        (found & fit.is_chosen, "{} points chosen by the user", fit.points),
        (found & (fit.rising > 0), "{} fits considered, {} of them rising", fit.candidates, fit.rising),
        (found, "{} fit(s) considered", fit.candidates),
    )


def derive(columns: dict[str, Column], dose: FloatArray | None) -> dict[str, Column]:
    """Everything that follows from areas, moments, the terminal slope and the dose.

    Parameters
    ----------
    columns
        AUCLST, AUMCLST, LAMZ, CLST, CLSTP, TLST, CMAX.
    dose
        Shape (n,), NaN where unknown; None leaves out everything that needs it.
    """
    v = {name: column.value for name, column in columns.items()}
    lamz, tlast = v["LAMZ"], v["TLST"]
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        for kind, clast in (("O", v["CLST"]), ("P", v["CLSTP"])):
            tail, tail_moment = clast / lamz, clast * tlast / lamz + clast / lamz**2
            auc, aumc = v["AUCLST"] + tail, v["AUMCLST"] + tail_moment
            v |= {
                f"AUCIF{kind}": auc,
                f"AUCPE{kind}": 100.0 * tail / auc,
                f"AUMCIF{kind}": aumc,
                f"AUMCPE{kind}": 100.0 * tail_moment / aumc,
                f"MRTEVIF{kind}": aumc / auc,
            }
            if dose is not None:
                v |= {
                    f"AUCIF{kind}D": auc / dose,
                    f"CLF{kind}": dose / auc,
                    f"VZF{kind}": dose / auc / lamz,
                }
        v["MRTEVLST"] = v["AUMCLST"] / v["AUCLST"]
        if dose is not None:
            v["CMAXD"] = v["CMAX"] / dose
    return {name: columns.get(name) or Column(value) for name, value in v.items()}
