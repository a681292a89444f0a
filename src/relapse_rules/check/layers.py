"""The layers above and below one another: a policy and its overlays (国家 → 省 → 县) made into one list of declarations.

It is the first pass, so that everything after it sees one policy. An overlay adds rules, sets 参数, adopts 解读, and tightens
or widens what stands above it: the condition of what it names becomes that one 且 or 或 a 定义 of its own, which every
explanation shows by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Final

from relapse_rules.check.loading import Loaded
from relapse_rules.check.names import KEYWORD, Concept
from relapse_rules.check.wording import offer
from relapse_rules.diagnostics import Diagnostic, Label
from relapse_rules.diagnostics.codes_conflicts import (
    LAYERS_OUT_OF_ORDER,
    MARKED_AGAINST_LAYERS,
    OVERLAY_NOT_ALLOWED,
    TIGHTENED_AND_WIDENED,
)
from relapse_rules.diagnostics.codes_names import DUPLICATE_NAME, UNKNOWN_REFERENCE
from relapse_rules.source import Span
from relapse_rules.syntax.declarations import (
    Adoption,
    AnyDeclaration,
    Case,
    Definition,
    Duty,
    EffectKind,
    ExceptionRule,
    Indicator,
    Judgement,
    Measure,
    Parameter,
    Procedure,
    Property,
    PropertyKind,
    Reading,
    Setting,
    Unit,
)
from relapse_rules.syntax.declarations_layers import Level, Supplement, Tightening, Widening
from relapse_rules.syntax.tree import Expression, Junction, ListKind, Name, Node, Path

Amendment = Tightening | Widening
Amended = Definition | Measure | Duty

_CONCEPTS: Final = (
    *(Definition, Indicator, Judgement, Parameter, Reading, Measure, Procedure, Duty),
    ExceptionRule,
)
_ADDED: Final = (*_CONCEPTS, Property, Case)
_LEVELS: Final = tuple(Level)
_WORDS: Final = {Setting: "设定", Adoption: "采用", Supplement: "补充", Tightening: "收紧", Widening: "放宽"}
_SEVERAL: Final = "二三四五六七八九"


@dataclass(frozen=True, kw_only=True)
class Layered:
    """One policy of all layers. ``declarations``: rules and what the policy's own files hold; the rest by kind, upper layers first.

    ``layers``: the name of each overlay's file → how many overlays stand above it.
    """

    declarations: tuple[AnyDeclaration, ...]
    settings: tuple[Setting, ...]
    adoptions: tuple[Adoption, ...]
    units: tuple[Unit, ...]
    layers: dict[str, int]


def layered(loaded: Loaded, found: list[Diagnostic]) -> Layered:
    """Return the policy with its overlays worked in, in the order in which they were given."""
    main = loaded.declarations
    found += _in_the_policy(main)
    merging = _Merging(found=found, declarations=list(main))
    titles = _titles(loaded, found)
    for file in loaded.overlays:
        merging.add(file.declarations, titles[file.span.file])
    local = (*main, *loaded.local)
    return Layered(
        declarations=tuple(merging.declarations),
        # What stands in the wrong file is reported, and taken as meant.
        settings=tuple(each for each in local if isinstance(each, Setting)),
        adoptions=tuple(each for each in local if isinstance(each, Adoption)),
        units=tuple(each for each in loaded.local if isinstance(each, Unit)),
        layers={file.span.file: above for above, file in enumerate(loaded.overlays)},
    )


# --- which files may hold what ----------------------------------------------------------------------


def _in_the_policy(main: Sequence[AnyDeclaration]) -> Iterator[Diagnostic]:
    """Yield what only an overlay may say, and the policy does."""
    for declared in main:
        word = _WORDS.get(type(declared))
        if word is not None:
            yield OVERLAY_NOT_ALLOWED.at(
                _head(declared),
                f"“{word}”不能写在政策正文里",
                help="挪到补充文件里，用 --local 指明它"
                if isinstance(declared, Setting | Adoption | Supplement)
                else "正文里直接改条件；本级的补充写进用 --local 指明的文件",
            )
        elif isinstance(declared, Property) and _compares_upward(declared):
            yield OVERLAY_NOT_ALLOWED.at(
                declared.name.span, "政策正文没有上级可比", help='写明另一份政策：不严于 政策 "文件名"'
            )


def _compares_upward(declared: Property) -> bool:
    return declared.kind is PropertyKind.NOT_STRICTER and declared.other is None


def _head(declared: Node) -> Span:
    name = getattr(declared, "name", None)
    return name.span if isinstance(name, Name) else declared.span


# --- the heads of overlays --------------------------------------------------------------------------


def _titles(loaded: Loaded, found: list[Diagnostic]) -> dict[str, str]:
    """Return what each overlay is called: as its 补充 says, else as its file is."""
    titles: dict[str, str] = {}
    above: Supplement | None = None
    for file in loaded.overlays:
        heads = [declared for declared in file.declarations if isinstance(declared, Supplement)]
        found += [
            DUPLICATE_NAME.at(
                other.name.span,
                "一个文件只写一个“补充”",
                help="几级的规定分成几个文件",
                labels=(Label(span=heads[0].name.span, message="第一处"),),
            )
            for other in heads[1:]
        ]
        titles[file.span.file] = (
            heads[0].name.text if heads else PurePosixPath(file.span.file).name.partition(".")[0]
        )
        head = heads[0] if heads else None
        if head is None or head.level is None:
            continue
        if above is not None and _rank(head) < _rank(above):
            found.append(_out_of_order(head, above))
        above = head
    return titles


def _rank(head: Supplement) -> int:
    assert head.level is not None, "only those with a level are compared"
    return _LEVELS.index(head.level)


def _out_of_order(head: Supplement, above: Supplement) -> Diagnostic:
    assert head.level is not None
    assert above.level is not None
    return LAYERS_OUT_OF_ORDER.at(
        head.name.span,
        f"“{head.name.text}”是{head.level.value}的规定，却排在{above.level.value}的后面",
        help="几个 --local 按从上到下的次序写：先国家、省，后市、县、乡镇",
        labels=(Label(span=above.name.span, message=f"前面的文件：{above.level.value}"),),
    )


# --- rules ------------------------------------------------------------------------------------------


@dataclass(kw_only=True)
class _Merging:
    """The declarations so far, and which layer changed which of them how."""

    found: list[Diagnostic]
    declarations: list[AnyDeclaration]
    amended: dict[str, list[Amendment]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Index the policy's own names."""
        self.places: dict[str, int] = {}
        for place, declared in enumerate(self.declarations):
            if isinstance(declared, _CONCEPTS):
                self.places.setdefault(declared.name.text, place)

    def add(self, declarations: Sequence[AnyDeclaration], title: str) -> None:
        """Add what one overlay declares; then change what it changes, which may be its own."""
        for declared in declarations:
            if isinstance(declared, _ADDED):
                self._added(declared)
            elif not isinstance(declared, Setting | Adoption | Unit | Supplement | Tightening | Widening):
                self.found.append(
                    OVERLAY_NOT_ALLOWED.at(
                        _head(declared),
                        "补充文件里不能写政策、导入、实体和不适用",
                        help="把它挪到政策正文里",
                    )
                )
        for declared in declarations:
            if isinstance(declared, Tightening | Widening):
                self._amend(declared, title)

    def _added(self, declared: Concept | Property | Case) -> None:
        if not isinstance(declared, Property | Case):
            place = self.places.get(declared.name.text)
            if place is not None:
                self.found.append(self._taken(declared, self.declarations[place]))
                return
            self.places[declared.name.text] = len(self.declarations)
        if isinstance(declared, ExceptionRule):
            self._check_effects(declared)
        self.declarations.append(declared)

    def _check_effects(self, declared: ExceptionRule) -> None:
        """Report an 例外 that does what a layer above forbids: switching off is tightening, switching on is widening."""
        for effect in declared.effects:
            for target in effect.targets if effect.kind is not EffectKind.AFTER else ():
                for each in self._meant(target.text):
                    is_off = effect.kind is EffectKind.OFF
                    marked = each.no_tightening if is_off else each.no_widening
                    if marked and each.span.file != declared.span.file:
                        self.found.append(_marked(target.span, each, "收紧" if is_off else "放宽", "例外"))

    def _meant(self, name: str) -> Iterator[Measure | Duty]:
        """Yield what the target of an effect means: a 措施 or 职责, or the 措施 of a 类别."""
        for each in self.declarations:
            if (isinstance(each, Measure | Duty) and each.name.text == name) or (
                isinstance(each, Measure) and each.category.text == name
            ):
                yield each

    def _taken(self, declared: Concept, first: AnyDeclaration) -> Diagnostic:
        assert isinstance(first, _CONCEPTS)
        cure = "换一个名称"
        if isinstance(first, Amended):
            cure = f"要改它的条件，写“收紧 {first.name.text}”或“放宽 {first.name.text}”；说的是别的事，换一个名称"
        elif isinstance(first, Parameter):
            cure = f"要填它的值，写“设定 {first.name.text}”"
        elif isinstance(first, Reading):
            cure = f"要换一种读法，写“采用 {first.name.text} 为 …”"
        return DUPLICATE_NAME.at(
            declared.name.span,
            f"名称“{declared.name.text}”上级已经用过",
            help=cure,
            labels=(Label(span=first.name.span, message=f"上级的{KEYWORD[type(first)]}"),),
        )

    def _amend(self, amendment: Amendment, title: str) -> None:
        name = amendment.name.text
        place = self.places.get(name)
        if place is None:
            known = [
                each for each, where in self.places.items() if isinstance(self.declarations[where], Amended)
            ]
            self.found.append(
                UNKNOWN_REFERENCE.at(
                    amendment.name.span,
                    f"上级没有叫“{name}”的定义、措施或职责",
                    help=offer(name, known, "写上级文件里定义、措施或职责的名称"),
                )
            )
            return
        declared = self.declarations[place]
        assert isinstance(declared, _CONCEPTS)
        if not isinstance(declared, Amended):
            self.found.append(_not_amendable(amendment, declared))
            return
        if self._refused(amendment, declared):
            return
        several = self.amended.setdefault(name, [])
        several.append(amendment)
        own = _definition(amendment, declared, title, [each.name for each in self._definitions()])
        self.declarations.append(own)
        self.declarations[place] = _amended(declared, amendment, own)

    def _definitions(self) -> Iterator[Definition]:
        return (declared for declared in self.declarations if isinstance(declared, Definition))

    def _refused(self, amendment: Amendment, declared: Amended) -> bool:
        """Report a change that a layer above forbids, or one against another layer's."""
        word = _WORDS[type(amendment)]
        marked = declared.no_tightening if isinstance(amendment, Tightening) else declared.no_widening
        if marked and declared.span.file != amendment.span.file:
            self.found.append(_marked(amendment.name.span, declared, word, word))
            return True
        against = next(
            (each for each in self.amended.get(declared.name.text, ()) if type(each) is not type(amendment)),
            None,
        )
        if against is None:
            return False
        other = _WORDS[type(against)]
        self.found.append(
            TIGHTENED_AND_WIDENED.at(
                amendment.name.span,
                f"“{declared.name.text}”在这里{word}，在别处又{other}，说不清哪个在先",
                help="只留一处；要两样都有的，合成一条，或另写一个定义",
                labels=(Label(span=against.name.span, message=f"在这里{other}"),),
            )
        )
        return True


def _marked(span: Span, declared: Amended, word: str, written: str) -> Diagnostic:
    return MARKED_AGAINST_LAYERS.at(
        span,
        f"“{declared.name.text}”写明了不得{word}",
        help=f"删去这条“{written}”，或请上级改它的规定",
        labels=(Label(span=declared.name.span, message=f"不得{word}"),),
    )


def _not_amendable(amendment: Amendment, declared: Concept) -> Diagnostic:
    word = _WORDS[type(amendment)]
    match declared:
        case Judgement():
            cure = "裁量由人认定，不改；要加条件的，收紧用到它的定义或措施"
        case Parameter():
            cure = f"改它的值，写“设定 {declared.name.text}”"
        case Reading():
            cure = f"换一种读法，写“采用 {declared.name.text} 为 …”"
        case ExceptionRule():
            cure = "另写一条“例外”"
        case _:
            cure = "收紧或放宽用到它的定义、措施或职责"
    return OVERLAY_NOT_ALLOWED.at(
        amendment.name.span,
        f"“{declared.name.text}”是{KEYWORD[type(declared)]}，不能{word}",
        help=cure,
        labels=(Label(span=declared.name.span, message="在这里声明"),),
    )


def _definition(amendment: Amendment, declared: Amended, title: str, taken: Sequence[Name]) -> Definition:
    """Return the 定义 that holds an amendment's condition; it is called as a reader would: 收紧·纳入监测帮扶(某省实施办法)."""
    plain = f"{_WORDS[type(amendment)]}·{declared.name.text}({title})"
    used = {name.text for name in taken}
    names = (
        plain,
        *(f"{plain}{number}" for number in _SEVERAL),
        *(f"{plain}{number}" for number in range(10, 10_000)),
    )
    name = next(each for each in names if each not in used)
    return Definition(
        name=Name(text=name, span=amendment.name.span),
        cites=amendment.cites,
        entity=declared.entity,
        condition=amendment.condition,
        span=amendment.span,
    )


def _amended(declared: Amended, amendment: Amendment, own: Definition) -> Amended:
    kind = ListKind.ALL if isinstance(amendment, Tightening) else ListKind.ANY
    named = Path(parts=(own.name,), span=amendment.condition.span)

    def joined(condition: Expression) -> Expression:
        return Junction(kind=kind, operands=(condition, named), span=amendment.span)

    match declared:
        case Duty():
            return replace(declared, trigger=joined(declared.trigger))
        case Definition():
            return replace(declared, condition=joined(declared.condition))
        case Measure():
            return replace(declared, condition=joined(declared.condition))
