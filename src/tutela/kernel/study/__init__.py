"""One study: its settings, its tables, what could not be used, and where every row came from."""

from __future__ import annotations

from tutela.kernel.clock import Clock
from tutela.kernel.study.build import build_study, build_table
from tutela.kernel.study.config import StudyConfig, read_config
from tutela.kernel.study.folder import read_study, write_study
from tutela.kernel.study.model import Study
from tutela.kernel.study.molecular import add_table
from tutela.kernel.study.rejects import REJECTED_SCHEMA

__all__ = [
    "REJECTED_SCHEMA",
    "Clock",
    "Study",
    "StudyConfig",
    "add_table",
    "build_study",
    "build_table",
    "read_config",
    "read_study",
    "write_study",
]
