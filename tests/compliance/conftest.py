"""A county in a few lines: tables as text, the plan, and what is found of one duty."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

pytest.importorskip("numpy", reason="extra comply is not installed")
pa = pytest.importorskip("pyarrow", reason="extra comply is not installed")
pytest.importorskip("python_calamine", reason="extra comply is not installed")
pytest.importorskip("xlsxwriter", reason="extra comply is not installed")

from relapse_rules.compliance import Finding, Report, Verdict, comply  # noqa: E402 - after the packages were looked for
from relapse_rules.policy import Policy, load_plan  # noqa: E402

AS_OF = "2023-09-01T00:00:00+08:00"

Rows = Sequence[Sequence[object]]


def table(header: str, *rows: str) -> "pa.Table":
    """Return a table of texts; columns are separated by blanks, ``-`` is an empty cell and ``_`` stands for a blank in a cell."""
    names = header.split()
    cells = [[("" if cell == "-" else cell.replace("_", " ")) for cell in row.split()] for row in rows]
    assert all(len(row) == len(names) for row in cells), "each row has a cell for each column"
    return pa.table(
        {name: pa.array([row[place] for row in cells], pa.string()) for place, name in enumerate(names)}
    )


class Found:
    """A report, asked duty by duty."""

    def __init__(self, report: Report) -> None:
        self.report = report

    def counts(self, duty: str) -> dict[Verdict, int]:
        """How often each verdict was given for a duty."""
        return next((tally.counts for tally in self.report.by_duty if tally.name == duty), {})

    def of(self, duty: str) -> list[Finding]:
        """What is listed for a duty."""
        return [finding for finding in self.report.findings if finding.duty == duty]

    def one(self, duty: str) -> Finding:
        """The only thing that is listed for a duty."""
        (finding,) = self.of(duty)
        return finding

    def reasons(self, duty: str) -> list[str]:
        """Why a duty cannot be judged."""
        return [each.reason for each in self.report.not_judged if each.duty == duty]


@pytest.fixture(scope="session")
def plan() -> Policy:
    return load_plan()


@pytest.fixture(name="table", scope="session")
def _table() -> Callable[..., "pa.Table"]:
    return table


@pytest.fixture(scope="session")
def county(plan: Policy) -> Callable[..., Found]:
    """Judge tables, given as ``程序事件=table(…)``."""

    def judged(*, as_of: str = AS_OF, policy: Policy = plan, **tables: object) -> Found:
        return Found(comply(policy, tables, as_of=as_of))

    return judged


@pytest.fixture
def local(tmp_path: Path) -> Callable[[str], Policy]:
    """The plan with a county's own file."""

    def loaded(text: str) -> Policy:
        path = tmp_path / "local.policy"
        path.write_text(text, encoding="utf-8")
        return load_plan(local=[path])

    return loaded


FLOOD = "灾害事件编号 灾害大类 灾害子类 灾害发生时间", "E1 自然灾害 洪涝 2023-08-01T20:00:00+08:00"


@pytest.fixture
def flood() -> "pa.Table":
    """One flood, on the evening of 1 August."""
    return table(*FLOOD)


@pytest.fixture
def pushed() -> Callable[..., "pa.Table"]:
    """Alerts about the flood: ``department content time`` each, all to 县乡村振兴局."""

    def alerts(*rows: str) -> "pa.Table":
        lines = []
        for number, row in enumerate(rows):
            department, content, time = row.split()
            lines.append(f"A{number} {department} E1 {content} {time} 县乡村振兴局")
        return table("推送编号 推送部门 灾害事件编号 内容类型 推送时间 接收单位", *lines)

    return alerts


@pytest.fixture
def steps() -> Callable[..., "pa.Table"]:
    """Procedure events: ``case step time actor`` each."""

    def events(*rows: str) -> "pa.Table":
        return table("事件对象 事件步骤 事件时间 实施单位", *rows)

    return events


@pytest.fixture
def hit() -> Callable[..., dict[str, "pa.Table"]]:
    """Lists of households that the flood hit, with further columns of 农户: ``hit("H1 是", columns="特殊情况(可先救助后程序)")``."""

    def lists(*rows: str, columns: str = "") -> dict[str, "pa.Table"]:
        names = [row.split()[0] for row in rows]
        return {
            "农户": table(
                f"户编号 乡镇 是否农户 {columns}",
                *(f"{row.split()[0]} 511002101 是 {' '.join(row.split()[1:])}" for row in rows),
            ),
            "受灾影响": table("户编号 灾害事件编号 是否受灾", *(f"{name} E1 是" for name in names)),
            "灾害事件": table(*FLOOD),
        }

    return lists
