"""``relapse-rules bundle verify``: checks that a bundle is whole, says what it means, is signed, and in force."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from relapse_rules import policy as policies
from relapse_rules.bundle.errors import BundleError
from relapse_rules.cli.bundle import shelf
from relapse_rules.cli.failure import DONE, FOUND, Failure

if TYPE_CHECKING:
    from relapse_rules.audit.keys import PublicKey
    from relapse_rules.bundle.bundles import Bundle


def command(
    bundle: Annotated[Path, typer.Argument(metavar="政策包", help="bundle build 写出的文件")],
    *,
    key: Annotated[
        list[Path] | None,
        typer.Option("--key", metavar="公钥", help="必须由其中一把签过，可以写几次；不写则不要求签名"),
    ] = None,
    on: Annotated[str | None, typer.Option("--on", metavar="日期", help="这一天政策和密钥都要有效")] = None,
) -> int:
    """核对政策包：没有被改动，文字编译出来的与包里的相同，签名对，在有效期内。

    退出码：0 都对，1 有不对的，2 文件读不了或选项有误。
    """
    day = None if on is None else _day(on)
    keys = shelf.public_keys_in(key or [])
    try:
        made = shelf.bundle_in(bundle)
        sys.stdout.write("\n".join(shelf.described(made.manifest)) + "\n")
        told = list(_signature(made, keys, day))
        policies.load(bundle)
    except BundleError as error:
        raise shelf.refused(bundle, error) from None
    except policies.PolicyError as error:
        raise Failure(str(error), FOUND) from None
    if day is not None:
        if not made.manifest.is_in_force(day):
            message = f"{bundle}：{day.isoformat()} 不在政策的有效期内"
            raise Failure(message, FOUND)
        told.append(f"{day.isoformat()} 在政策的有效期内")
    sys.stdout.write(
        "\n".join(["文件与清单相符，文字编译出来的与包里的相同", *told, "没有发现问题。"]) + "\n"
    )
    return DONE


def _signature(made: Bundle, keys: Sequence[PublicKey], day: date | None) -> Iterator[str]:
    """Yield what is to be said of the signature.

    Raises:
        BundleError: it is not what it should be.
    """
    if made.signature is None and not keys:
        yield "没有签名：谁都可以另做一份"
        return
    if not shelf.can_check_signatures():
        yield "有签名，没有核对（pip install 'relapse_rules[audit]'）"
        return
    from relapse_rules.audit.keys import short  # noqa: PLC0415 - an extra
    from relapse_rules.bundle.signature import require_trusted  # noqa: PLC0415 - the same

    signature = made.signed()
    if keys:
        require_trusted(signature, keys)
    if signature is None:
        return
    trouble = "" if day is None else signature.key.trouble(f"{day.isoformat()}T12:00:00+08:00")
    if trouble:
        raise BundleError(trouble)
    known = "是认的公钥" if keys else "没有指明认哪些公钥（--key）：谁都可以用自己的密钥签"
    yield f"签名对，密钥 {short(signature.key.id)}，{known}"


def _day(stated: str) -> date:
    try:
        return date.fromisoformat(stated)
    except ValueError:
        message = f"选项 --on 要写日期，如 2026-01-01，这里是“{stated[:40]}”"
        raise Failure(message) from None
