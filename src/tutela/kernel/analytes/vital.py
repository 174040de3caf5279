"""Vital signs and body size."""

from __future__ import annotations

from tutela.kernel.analytes.model import Analyte

__all__ = ["VITAL_SIGNS"]

_VITAL = "vital sign"

#: Vital signs and body size.
VITAL_SIGNS: tuple[Analyte, ...] = (
    Analyte(
        "TEMP",
        "Temperature",
        "degC",
        _VITAL,
        (25, 45),
        alternatives=("degF",),
        names=("temp", "body temperature"),
    ),
    Analyte(
        "SYSBP",
        "Systolic Blood Pressure",
        "mmHg",
        _VITAL,
        (20, 350),
        alternatives=("kPa", "cmHg"),
        names=("sbp", "systolic", "systolic bp", "nibp systolic"),
    ),
    Analyte(
        "DIABP",
        "Diastolic Blood Pressure",
        "mmHg",
        _VITAL,
        (5, 250),
        alternatives=("kPa", "cmHg"),
        names=("dbp", "diastolic", "diastolic bp"),
    ),
    Analyte(
        "MAP",
        "Mean Arterial Pressure",
        "mmHg",
        _VITAL,
        (12, 280),
        alternatives=("kPa", "cmHg"),
        names=("mean arterial blood pressure", "mean blood pressure", "mbp"),
    ),
    Analyte("HR", "Heart Rate", "beats/min", _VITAL, (5, 350), needs_unit=False, names=("heartrate",)),
    Analyte("PULSE", "Pulse Rate", "beats/min", _VITAL, (5, 350), needs_unit=False, names=("pulse",)),
    Analyte(
        "RESP",
        "Respiratory Rate",
        "breaths/min",
        _VITAL,
        (0, 150),
        needs_unit=False,
        names=("rr", "respiration rate", "resp rate", "breathing rate"),
    ),
    Analyte(
        "OXYSAT",
        "Oxygen Saturation",
        "%",
        _VITAL,
        (20, 100),
        alternatives=("fraction",),
        names=(
            "spo2",
            "sao2",
            "o2sat",
            "o2 saturation",
            "pulse oximetry",
            "oxygen saturation by pulse oximetry",
        ),
    ),
    Analyte(
        "FIO2",
        "Fraction of Inspired Oxygen",
        "1",
        _VITAL,
        (0.15, 1.0),
        alternatives=("%",),
        names=("inspired oxygen fraction", "fraction of inspired o2"),
    ),
    Analyte(
        "WEIGHT", "Weight", "kg", _VITAL, (0.3, 500), alternatives=("lb", "g"), names=("body weight", "wt")
    ),
    Analyte(
        "HEIGHT",
        "Height",
        "cm",
        _VITAL,
        (20, 260),
        alternatives=("in", "m"),
        names=("body height", "length", "ht"),
    ),
    Analyte("BMI", "Body Mass Index", "kg/m^2", _VITAL, (5, 150)),
    Analyte("BSA", "Body Surface Area", "m^2", _VITAL, (0.08, 4)),
)
