"""Help and mistakes of usage, in Chinese. Light: every start of the program loads it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import ClassVar, Final

import typer
from typer.core import TyperCommand, TyperGroup

from relapse_rules.cli import screen
from relapse_rules.cli.failure import Failure, OutputGone
from relapse_rules.source import cells
from relapse_rules.wrapping import wrap

PROGRAM: Final = "relapse-rules"
EXIT_CODES: Final = (
    ("0", "已办完；有未能判定的结论也是 0"),
    (
        "1",
        "检查、测试、证明、比较、核对时发现了问题；case due 有逾期的事",
    ),
    ("2", "输入有误：事实、规则、选项或文件"),
    ("3", "事实互相矛盾（判定照样给出，事件照样收下）"),
    ("130", "被中断（Ctrl-C)"),
)
COMMANDS: Final = {
    "decide": "判定一户或几户，列出措施、任务和还缺的事实",
    "explain": "说明一项结论的理由，或写出带全部理由的判定报告",
    "why-not": "列出怎样才会变：最少改变哪几项事实，差多少，凭什么材料",
    "ask": "列出接下来问什么、问谁，最少问清哪几项就全部能定",
    "robust": "列出结论取决于哪些裁量、解读和本地参数",
    "timeline": "列出哪天会变：年龄、期限、生效日期到了的",
    "check": "检查规则文件，指出错处",
    "fmt": "整理规则文件的写法，注释和意思不变",
    "lint": "看规则文件的写法，指出绕弯的、重复的、像是笔误的，能改的改掉",
    "coverage": "按条款列出方案的每条陈述由哪些规则负责",
    "test": "运行用例",
    "watch": "看着规则文件，每次保存就检查、运行用例",
    "prove": "对任何一户判定各条性质，不成立的给出最小的反例",
    "findings": "找出规则里看不出来的问题：永远不会成立、互相矛盾、重复、缺口",
    "diff": "比较两份规则的意思：哪些结论不同、对谁、因为哪一处改动",
    "batch": "判定一个县的全部农户，写出结论、理由、拒收的记录和台账",
    "comply": "对照一县的记录，查各项职责按时、超期还是没有记录",
    "case": "按事件推进案卷：立案、收事件、看到期和逾期的事",
    "audit": "留档：把判定签成记录接进账本，以后核对、复算",
    "simulate": "写出一个合成的县，供试用和测速",
    "bundle": "政策包：把规则装成一个可以签名、核对的文件",
    "schema": "输出事实文件的 JSON Schema",
    "explain-code": "说明一个诊断代码",
    "new": "写出一个带注释的规则文件骨架",
}
"""Command → its summary. Each lives in the module of the same name and is imported only when it is asked for."""

CASE_COMMANDS: Final = {
    "open": "立案：以一户现有的事实开一个案卷",
    "add": "收下事件：事实、更正、认定、程序事件、部门预警，说明有什么变化",
    "status": "一个案卷现在（或某一时点所知）的情况",
    "due": "各案卷里该办的事，按单位或按时间",
    "timeline": "一个案卷的全部事件，按收到的先后",
    "close": "结案：不再接受事件",
}
"""The same for ``relapse-rules case``; these live in the package of that name."""

AUDIT_COMMANDS: Final = {
    "append": "判定，签成记录，接在账本后面",
    "verify": "核对账本：改过、少了、多了、换了次序的都查得出",
    "replay": "按记录的事实和存档的规则重新判定，对照当时的结论",
    "show": "看一条记录",
    "export": "把账本导出为一行一条的 JSON",
    "checkpoint": "签一个检查点",
    "key": "生成签名或密封用的密钥",
}
"""The same for ``relapse-rules audit``."""

BUNDLE_COMMANDS: Final = {
    "build": "把规则和它导入的文件装成一个文件",
    "verify": "核对政策包：没有被改动，签名对，在有效期内",
    "show": "看政策包的清单",
}
"""The same for ``relapse-rules bundle``."""

_CASE: Final = "case"
_AUDIT: Final = "audit"

_MOST_LABEL: Final = 26


class Command(TyperCommand):
    """A command whose help is in Chinese."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]  # typer types its own base class privately
        """Run the command.

        Raises:
            OutputGone: in place of BrokenPipeError, which typer would turn into an exit code that means something else here.
        """
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise OutputGone from None

    def get_help(self, ctx: typer.Context) -> str:  # type: ignore[override]  # as above
        """Return the whole help page."""
        arguments = [each for each in self.params if each.param_type_name == "argument"]
        options = [each for each in self.params if each.param_type_name == "option"]
        rows = [_argument(each) for each in arguments]
        names = " ".join(name for name, _ in rows)
        parts = [
            f"用法：{ctx.command_path} [选项]{' ' + names if names else ''}",
            "",
            *_paragraphs(self.help),
        ]
        if arguments:
            parts += ["", "参数：", *_listed(rows)]
        rows = [_option(each) for each in options]
        return "\n".join([*parts, "", "选项：", *_listed([*rows, ("--help", "显示本说明")])])


def _argument(argument: object) -> tuple[str, str]:
    name = getattr(argument, "metavar", None) or getattr(argument, "name", "")
    return str(name), getattr(argument, "help", None) or ""


def _option(option: object) -> tuple[str, str]:
    names = ", ".join(getattr(option, "opts", []))
    metavar = getattr(option, "metavar", None)
    return f"{names} {metavar}" if metavar else names, getattr(option, "help", None) or ""


class Group(TyperGroup):
    """Commands of one package, each imported when it is used."""

    summaries: ClassVar[Mapping[str, str]] = {}
    package: ClassVar[str] = ""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]  # as above
        """Return the names of the commands."""
        del ctx
        return list(self.summaries)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Command | Group | None:  # type: ignore[override]  # as above
        """Return a command, None when there is none of that name."""
        del ctx
        if cmd_name not in self.summaries:
            return None
        module = import_module(f"{self.package}.{cmd_name.replace('-', '_')}")
        app = typer.Typer(add_completion=False, rich_markup_mode=None)
        app.command(name=cmd_name, cls=Command)(module.command)
        command = typer.main.get_command(app)
        assert isinstance(command, Command), "an app with one command and no callback is that command"
        return command

    def get_help(self, ctx: typer.Context) -> str:  # type: ignore[override]  # as above
        """Return the help page, which lists the commands."""
        lines = [f"用法：{ctx.command_path} 命令 [选项] …", "", *_paragraphs(self.help), "", "命令："]
        lines += _listed(self.summaries.items())
        return "\n".join([*lines, "", f"各命令的用法见 {ctx.command_path} 命令 --help。"])


class CaseCommands(Group):
    """The commands of ``relapse-rules case``."""

    summaries = CASE_COMMANDS
    package = "relapse_rules.cli.case"


class AuditCommands(Group):
    """The commands of ``relapse-rules audit``."""

    summaries = AUDIT_COMMANDS
    package = "relapse_rules.cli.audit"

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Command | Group | None:  # type: ignore[override]  # as above
        """Return a command, None when there is none of that name.

        Raises:
            Failure: what it takes is not installed.
        """
        try:
            return super().get_command(ctx, cmd_name)
        except ModuleNotFoundError as error:
            if error.name is None or error.name.partition(".")[0] not in {"cryptography", "sqlalchemy"}:
                raise
            message = (
                f"没有安装留档要用的 {error.name.partition('.')[0]}（pip install 'relapse_rules[audit]'）"
            )
            raise Failure(message) from None


class BundleCommands(Group):
    """The commands of ``relapse-rules bundle``."""

    summaries = BUNDLE_COMMANDS
    package = "relapse_rules.cli.bundle"


class Commands(Group):
    """All commands of the program."""

    summaries = COMMANDS
    package = "relapse_rules.cli"

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Command | Group | None:  # type: ignore[override]  # as above
        """Return a command or a group of them, None when there is none of that name."""
        match cmd_name:
            case "case":
                return _group(_CASE, CaseCommands, _CASE_HELP)
            case "audit":
                return _group(_AUDIT, AuditCommands, _AUDIT_HELP)
            case "bundle":
                return _group("bundle", BundleCommands, _BUNDLE_HELP)
            case _:
                return super().get_command(ctx, cmd_name)

    def get_help(self, ctx: typer.Context) -> str:  # type: ignore[override]  # as above
        """Return the help page of the program."""
        del ctx
        lines = [f"用法：{PROGRAM} 命令 [选项] …", "", *_paragraphs(self.help), "", "命令："]
        lines += _listed(COMMANDS.items())
        lines += ["", "选项：", *_listed([("--version", "显示版本"), ("--help", "显示本说明")])]
        lines += ["", "退出码：", *_listed(EXIT_CODES)]
        lines += ["", f"各命令的用法见 {PROGRAM} 命令 --help。"]
        return "\n".join(lines)


_CASE_HELP: Final = "案卷：一户的情况逐日变化，事件随到随收，随时看该由谁在何时以前办什么。时间都由事件和 --advance-to 给出，不看机器的钟。"
_BUNDLE_HELP: Final = "政策包：规则、目录、编译结果和校验值装成一个文件，发给各乡镇，谁改动过都看得出；凡要规则文件的命令都可以给政策包。"
_AUDIT_HELP: Final = (
    "留档：每份判定签成一条记录，一条接一条；谁改了、删了都查得出，几个月后还能照当时的规则和事实复算。"
)


def _group(name: str, commands: type[Group], about: str) -> Group:
    app = typer.Typer(
        name=name, cls=commands, add_completion=False, rich_markup_mode=None, invoke_without_command=True
    )
    app.callback(help=about)(_help_alone)
    group = typer.main.get_command(app)
    assert isinstance(group, Group), "an app with a callback is a group of the class that it names"
    return group


def _help_alone(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        sys.stdout.write(context.get_help() + "\n")
        raise typer.Exit


def _paragraphs(text: str | None) -> list[str]:
    return [line for paragraph in (text or "").split("\n") for line in wrap(paragraph, screen.width())]


def _listed(rows: Iterable[tuple[str, str]]) -> list[str]:
    """Return two columns; a long label stands on a line of its own."""
    told = list(rows)
    label = min(max(cells(name) for name, _ in told), _MOST_LABEL)
    lines: list[str] = []
    for name, text in told:
        texts = wrap(text, max(screen.width() - label - 4, 20))
        if cells(name) > label:
            lines.append(f"  {name}")
        else:
            lines.append(f"  {name}{' ' * (label - cells(name))}  {texts.pop(0)}")
        lines += [f"  {' ' * label}  {line}" for line in texts]
    return lines


def _named(parameter: object) -> str:
    """Return what a parameter is called on the command line: an option by itself, an argument by what is to be written."""
    names = getattr(parameter, "opts", None) or ("",)
    return next(
        (name for name in names if name.startswith("-")), getattr(parameter, "metavar", None) or names[0]
    )


def told(error: Exception) -> str:
    """Return what is wrong with the words on the command line.

    The classes of typer's parser are private to it, so they are told apart by the names that click has always used.
    """
    name = type(error).__name__
    option = getattr(error, "option_name", "")
    if name == "NoSuchOption":
        near = "、".join(sorted(getattr(error, "possibilities", None) or ()))
        return f"没有“{option}”这个选项" + (f"，是不是 {near}" if near else "")
    if name == "BadOptionUsage":
        return f"选项“{option}”后面要写一个值"
    if name == "MissingParameter":
        parameter = getattr(error, "param", None)
        return f"缺少{getattr(parameter, 'metavar', None) or getattr(parameter, 'name', '')}"
    message = str(getattr(error, "message", error))
    if name == "BadParameter" and "integer" in message:
        return f"“{_named(getattr(error, 'param', None))}”要写整数"
    group = getattr(getattr(error, "ctx", None), "command", None)
    commands = group.summaries if isinstance(group, Group) else COMMANDS
    if "No such command" in message:
        wrong = message.split("'")[1] if "'" in message else ""
        return f"没有“{wrong}”这个命令，有的是：{'、'.join(commands)}"
    if "unexpected extra argument" in message:
        return f"多写了参数：{message.rpartition('(')[2].rstrip(')')}"
    if "Missing command" in message:
        return f"要写一个命令：{'、'.join(commands)}"
    return message
