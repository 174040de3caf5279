"""Floor 5: the report as one self-contained HTML file."""

from __future__ import annotations

from tutela.report.build import build_report, write_report

__all__ = ["build_report", "write_report"]
