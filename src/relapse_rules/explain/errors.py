"""What goes wrong when a decision is asked."""

from __future__ import annotations

from collections.abc import Iterable

from relapse_rules.diagnostics.suggest import closest


class AskError(LookupError):
    """A decision was asked about something that it does not list. The message is for whoever asked; ``help`` is what to do."""

    def __init__(self, message: str, help: str = "") -> None:  # noqa: A002 - as in every problem of this library
        super().__init__(f"{message}（{help}）" if help else message)
        self.message = message
        self.help = help


def no_such_id(id_: str, known: Iterable[str]) -> AskError:
    """Return the error for an id that the policy does not list."""
    names = tuple(known)
    guess = closest(id_, names)
    step = next((name for name in names if name.partition("/")[2] == id_), None)
    near = step or guess
    help_ = f"是不是“{near}”" if near else "措施、任务、结论、裁量和例外的名称见判定结果"
    return AskError(f"判定里没有叫“{id_}”的项目", help_)


def no_such_target(id_: str, target: str, known: Iterable[str]) -> AskError:
    """Return the error for a target that an id is not listed for."""
    names = tuple(known)
    listed = "、".join(names[:12])
    return AskError(f"“{id_}”没有叫“{target}”的对象", f"对象有 {listed}" if listed else "它没有可指的对象")


def several_targets(id_: str, known: Iterable[str]) -> AskError:
    """Return the error for an id with several targets when none was chosen."""
    return AskError(
        f"“{id_}”有几个对象，要写明是哪一个", f"对象有 {'、'.join(tuple(known)[:12])}；命令行用 --target 写明"
    )


def cannot_be_asked() -> AskError:
    """Return the error for a decision that has lost its facts on the way."""
    return AskError(
        "这份判定不带事实，不能再问理由（例如从别的进程传来的）", "在作出判定的地方问，或用同样的事实重新判定"
    )


def no_such_outcome(wanted: str) -> AskError:
    """Return the error for a wanted outcome that is neither yes nor no."""
    return AskError(f"想要的结果只能是“是”或“否”，这里是“{wanted[:12]}”", "写作 yes 或 no")
