"""One study: its configuration and its tables, read with every row accounted for."""

from __future__ import annotations

from tutela.kernel.study.build import build_study, build_table
from tutela.kernel.study.config import StudyConfig, read_config
from tutela.kernel.study.model import Study
from tutela.kernel.study.read import read_study
from tutela.kernel.study.rejected import REJECTED
from tutela.kernel.study.write import write_study

__all__ = [
    "REJECTED",
    "Study",
    "StudyConfig",
    "build_study",
    "build_table",
    "read_config",
    "read_study",
    "write_study",
]
