"""``relapse-rules simulate``: writes a synthetic county, for trying out and for benchmarks."""

from __future__ import annotations

import sys
from decimal import Decimal, InvalidOperation
from errno import ENOTEMPTY
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from relapse_rules.cli import inputs
from relapse_rules.cli.failure import Failure, unreadable

if TYPE_CHECKING:
    from relapse_rules.batch.simulate.county import Simulated, Wish

_PARTS: Final = 10_000
_HEADERS: Final = {"en": False, "zh": True}


def command(
    households: Annotated[int, typer.Argument(metavar="户数", help="要多少户，如 150000")],
    *,
    out: Annotated[
        Path | None, typer.Option(metavar="文件夹", help="写到哪里（必填）；要是空的，或还没有")
    ] = None,
    seed: Annotated[
        int, typer.Option(metavar="种子", help="同样的户数、种子和选项，写出的一字不差；默认 0")
    ] = 0,
    format_: Annotated[
        str, typer.Option("--format", metavar="格式", help="parquet（默认）或 csv")
    ] = "parquet",
    headers: Annotated[
        str, typer.Option(metavar="语言", help="表名和列名：en（英文名，默认）或 zh（中文名）")
    ] = "en",
    dirt: Annotated[
        str,
        typer.Option(
            metavar="比例", help="故意写错一处的户占多少，如 0.02；写错的列在 dirt.csv；默认 0，没有"
        ),
    ] = "0",
) -> None:
    """写出一个合成的县，供试用和测速：乡镇、村、农户、成员、住房、收支、灾害和办理记录，一种实体一张表。

    全是编的，不对应任何真实的地方和人，比例也不是统计数字。写不成就什么也不留下。见 docs/simulate.md。

    退出码：0 写完，2 选项有误或写不下，130 被中断。
    """
    inputs.require_installed("batch", "relapse_rules.batch.simulate.county")
    if out is None:
        message = "要写 --out：写到哪个文件夹"
        raise Failure(message)
    chinese = inputs.one_of(headers, _HEADERS, "--headers")
    wish = _wish(households, seed, format_, _parts(dirt), chinese=chinese)
    _tell(wish, _simulated(wish, out))


def _parts(dirt: str) -> int:
    """Return a share in ten thousandths."""
    try:
        share = Decimal(dirt)
        if 0 <= share <= 1 and share * _PARTS % 1 == 0:
            return int(share * _PARTS)
    except InvalidOperation:
        pass
    message = f"--dirt 写 0 到 1 的小数，最多四位，如 0.02，这里是“{dirt}”"
    raise Failure(message)


def _wish(households: int, seed: int, format_: str, dirt: int, *, chinese: bool) -> Wish:
    from relapse_rules.batch.simulate.county import UnfitError, Wish  # noqa: PLC0415 - only after the packages were looked for
    from relapse_rules.batch.simulate.files import Format  # noqa: PLC0415

    form = inputs.one_of(format_, {each.value: each for each in Format}, "--format")
    try:
        return Wish(households=households, seed=seed, form=form, dirt=dirt, chinese=chinese)
    except UnfitError as error:
        raise Failure(str(error)) from None


def _simulated(wish: Wish, out: Path) -> Simulated:
    from relapse_rules.batch.simulate.county import simulate  # noqa: PLC0415 - as above

    def show(done: int) -> None:
        if sys.stderr.isatty():
            end = "" if done < wish.households else "\n"
            sys.stderr.write(f"\r已写出 {done} / {wish.households} 户{end}")
            sys.stderr.flush()

    vocabulary = inputs.load_policy(None, []).vocabulary
    try:
        return simulate(wish, out, vocabulary, progress=show)
    except OSError as error:
        if error.errno == ENOTEMPTY:
            message = f"文件夹“{out}”里已有东西（换一个文件夹，或先清空）"
            raise Failure(message) from None
        raise unreadable(error) from None


def _tell(wish: Wish, simulated: Simulated) -> None:
    from relapse_rules.batch.simulate.county import DIRT, NOTICE, README  # noqa: PLC0415 - as above

    lines = [f"已写出 {simulated.folder}："]
    lines += [f"  {name}.{wish.form.value}  {count} 行" for name, count in simulated.rows.items()]
    if wish.dirt:
        lines.append(f"  {DIRT}  故意写错的 {simulated.defects} 行")
    lines += [f"  {README}", NOTICE]
    sys.stdout.write("\n".join(lines) + "\n")
