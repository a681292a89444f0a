"""The report as plain data, ready for JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from relapse_rules.compliance.model import Report, Tally


def plain_report(report: Report) -> dict[str, Any]:
    """Return the whole report; verdicts are the Chinese words, absent times null."""
    return {
        "policy": {"name": report.policy, "digest": report.digest, "as_of": report.as_of},
        "rows": dict(report.rows),
        "total": {verdict.value: count for verdict, count in report.total.items()},
        "by_duty": [_tally(tally) for tally in report.by_duty],
        "by_unit": [_tally(tally) for tally in report.by_unit],
        "by_township": [_tally(tally) for tally in report.by_township],
        "findings": [asdict(finding) for finding in report.findings],
        "not_judged": [asdict(each) for each in report.not_judged],
        "questions": [asdict(each) for each in report.questions],
        "rejects": [asdict(each) for each in report.rejects],
        "notes": list(report.notes),
    }


def _tally(tally: Tally) -> dict[str, Any]:
    counts = {verdict.value: count for verdict, count in tally.counts.items()}
    return {"name": tally.name, "cites": list(tally.cites), "counts": counts}
