"""``relapse-rules diff``: how two versions of a policy differ in what they mean."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import typer

from relapse_rules import policy as policies
from relapse_rules.analysis.difference.comparing import compare
from relapse_rules.analysis.difference.dumped import dumped, dumped_roster
from relapse_rules.analysis.difference.model import Difference
from relapse_rules.analysis.difference.pages import difference_page
from relapse_rules.analysis.difference.pages_roster import roster_blocks
from relapse_rules.analysis.difference.roster_model import RosterDifference
from relapse_rules.analysis.difference.version import Version, version_of
from relapse_rules.analysis.difference.worked import with_cases, worked_cases
from relapse_rules.analysis.proving.goals import Limits
from relapse_rules.analysis.rewriting import replace_content
from relapse_rules.check.policy import TypedPolicy
from relapse_rules.cli import answering, inputs
from relapse_rules.cli.failure import DONE, FOUND, Failure, unreadable
from relapse_rules.cli.progress import Bar
from relapse_rules.decisions.situation import HOUSEHOLD
from relapse_rules.decisions.words import Words
from relapse_rules.explain.page import Page
from relapse_rules.explain.render_html import render_html
from relapse_rules.source import SourceText

if TYPE_CHECKING:
    from relapse_rules.batch.result import BatchResult
    from relapse_rules.explain.explained import Explained

MILLION: Final = 1_000_000
"""Steps of the solver in one unit of --effort."""
MOST_ELEMENTS: Final = 6
MOST_EFFORT: Final = 4_000


def command(  # noqa: PLR0913 - an option for each choice
    old: Annotated[Path, typer.Argument(metavar="旧规则", help="改前的规则文件")],
    new: Annotated[Path, typer.Argument(metavar="新规则", help="改后的规则文件")],
    *,
    local: Annotated[
        list[Path] | None, typer.Option(metavar="补充", help="新规则的县里补充文件，可以写几次")
    ] = None,
    old_local: Annotated[
        list[Path] | None,
        typer.Option(
            "--old-local",
            metavar="补充",
            help="旧规则的补充文件；不写则和 --local 相同，比较同一个文件时则没有",
        ),
    ] = None,
    roster: Annotated[
        Path | None,
        typer.Option(metavar="县里的表", help="按这些农户比较谁得谁失；同 batch 的文件夹或 Excel"),
    ] = None,
    mapping: Annotated[Path | None, typer.Option(metavar="对照表", help="县里自己的表名、列名和代码")] = None,
    as_of: Annotated[
        str | None, typer.Option(metavar="时间", help="名单的判定时点，如 2023-08-01T20:00:00+08:00")
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="文件", help="另写成一个可以发送的 HTML 文件")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    write_tests: Annotated[
        Path | None,
        typer.Option("--write-tests", metavar="文件", help="把举例的农户写成用例，期望是新规则的结论"),
    ] = None,
    elements: Annotated[int, typer.Option(metavar="条数", help="每个名单（家庭成员、住房……）最多看几条")] = 2,
    effort: Annotated[int, typer.Option(metavar="百万步", help="每次求解最多走多少百万步")] = 40,
    show_personal: Annotated[
        bool, typer.Option("--show-personal", help="列出有得失的农户的户编号；默认不列")
    ] = False,
) -> int:
    """比较两份规则的意思，不是文字：哪些结论对任何一户都相同，哪些不同、什么情形下不同、因为哪一处改动。

    退出码：0 没有不同，而且是证明了的，1 有不同的或没有比较出来的，2 输入有误。
    """
    _require_between("--elements", elements, MOST_ELEMENTS)
    _require_between("--effort", effort, MOST_EFFORT)
    # With the same supplements on both sides a file would be compared with itself.
    same = [] if old == new else local
    before = _checked(old, (same if old_local is None else old_local) or [])
    after = _checked(new, local or [])
    versions = [version_of(typed, sources) for typed, sources in (before, after)]
    found = _compared(versions[0], versions[1], Limits(elements=elements, effort=effort * MILLION))
    county = None
    if roster is not None:
        county = _decided(before, after, found, _Roster(roster, mapping, as_of))
    page = _page(found, versions[1], elements, county, show_personal=show_personal)
    if as_json:
        inputs.write_json(_as_json(found, versions[1], county, show_personal=show_personal))
    else:
        answering.write(lambda: page, lambda: None, format_="text", out=None)
    if html is not None:
        _save(html, render_html(page))
    if write_tests is not None:
        _write_tests(write_tests, new, found, versions[1])
    return DONE if found.is_equal else FOUND


_Checked = tuple[TypedPolicy, Mapping[str, SourceText]]


class _Roster(NamedTuple):
    """The tables of a county, and how they are to be read."""

    tables: Path
    mapping: Path | None
    as_of: str | None


def _require_between(option: str, value: int, high: int) -> None:
    if not 1 <= value <= high:
        message = f"{option} 要在 1 到 {high} 之间，这里是 {value}"
        raise Failure(message)


def _checked(path: Path, local: Sequence[Path]) -> _Checked:
    inspection = inputs.inspect(path, local)
    if inspection.policy is None:
        raise Failure(inputs.shown(inspection.diagnostics, inspection.sources))
    return inspection.policy, inspection.sources


def _compared(old: Version, new: Version, limits: Limits) -> Difference:
    with Bar(sys.stderr) as bar:
        return compare(
            old,
            new,
            limits=limits,
            watch=lambda name, done, total: bar.show(f"比较“{name}”", done, total, "项"),
        )


def _decided(old: _Checked, new: _Checked, found: Difference, roster: _Roster) -> RosterDifference:
    """Decide the households of a county by both versions."""
    inputs.require_installed("batch", "relapse_rules.batch")
    from relapse_rules.analysis.difference.roster import roster_difference  # noqa: PLC0415 - an extra
    from relapse_rules.tables.errors import InputError  # noqa: PLC0415 - the same

    results: list[BatchResult[Explained]] = []
    with Bar(sys.stderr) as bar:
        for name, (typed, sources) in (("旧规则", old), ("新规则", new)):
            bar.show(f"按{name}判定", 0, 0)
            try:
                results.append(
                    policies.compile_policy(typed, sources).decide_batch(
                        roster.tables, as_of=roster.as_of, mapping=roster.mapping
                    )
                )
            except InputError as error:
                message = f"按{name}读不了名单：{error}"
                raise Failure(message) from None
            except OSError as error:
                raise unreadable(error) from None
    before, after = results
    return roster_difference(
        before,
        after,
        found,
        subject=HOUSEHOLD,
        name=new[0].vocabulary.by_english[HOUSEHOLD].name,
        eligibility=new[0].eligibility,
    )


def _page(
    found: Difference, new: Version, elements: int, county: RosterDifference | None, *, show_personal: bool
) -> Page:
    more = () if county is None else roster_blocks(county, personal=show_personal)
    return difference_page(found, Words(new.vocabulary), new.details.gists, elements=elements, more=more)


def _as_json(
    found: Difference, new: Version, county: RosterDifference | None, *, show_personal: bool
) -> dict[str, Any]:
    told = dumped(found, new.vocabulary)
    if county is not None:
        told["roster"] = dumped_roster(county, personal=show_personal)
    return told


def _save(path: Path, text: str) -> None:
    """Write a file, whole or not at all."""
    if not path.parent.is_dir():
        message = f"写不了“{path}”：没有这个文件夹"
        raise Failure(message)
    try:
        replace_content(path, text.encode())
    except OSError as error:
        raise unreadable(error) from None


def _write_tests(path: Path, new: Path, found: Difference, version: Version) -> None:
    cases = worked_cases(found, version.vocabulary)
    try:
        before = path.read_text("utf-8") if path.exists() else None
    except OSError as error:
        raise unreadable(error) from None
    except UnicodeDecodeError:
        message = f"“{path}”不是 UTF-8 文本，不往里写"
        raise Failure(message) from None
    if before is None:
        before = f'导入 "{Path(os.path.relpath(new, path.parent)).as_posix()}"\n'
    text, count = with_cases(before, cases)
    if count:
        _save(path, text)
    told = f"写了 {count} 个用例到“{path}”" if count else "没有新的用例可写"
    sys.stderr.write(told + "\n")
