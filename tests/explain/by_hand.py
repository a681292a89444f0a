"""Answers made by hand: one of each kind, with everything that it can hold, so that what is shown does not depend on the plan."""

from __future__ import annotations

from relapse_rules.decisions.model import Outcome, PolicyReference, Target
from relapse_rules.explain.model import (
    Change,
    Citation,
    Dependence,
    EntityName,
    Explanation,
    Hinge,
    OutcomeChange,
    OutcomeName,
    Premise,
    PremiseKind,
    Question,
    QuestionGroup,
    Questions,
    Repair,
    Robustness,
    Step,
    StepKind,
    WhyNot,
)
from relapse_rules.explain.timeline_model import Aspect, Day, Due, DutyChange, Timeline, Turn
from relapse_rules.values.vocabulary import Mutability

YES, NO, UNKNOWN = Outcome.YES, Outcome.NO, Outcome.UNKNOWN
HOUSEHOLD = Target("household", "H1")
MEMBER = Target("member", "P2")
HOUSE = Target("housing", "housing[0]")
COUNTY = Target("context", None)
POLICY = PolicyReference("返贫方案", "sha256:" + "0123456789abcdef" * 4, "2023-08-02T18:00:00+08:00")
NAMES = tuple(
    EntityName(entity=entity, name=name)
    for entity, name in (("household", "农户"), ("housing", "住房"), ("member", "家庭成员"))
)


def fact(field: str, name: str, value: str | None, target: Target = HOUSEHOLD, **given: object) -> Premise:
    return Premise(
        kind=PremiseKind.FACT, fact=f"{target.entity}.{field}", name=name, target=target, value=value, **given
    )


def seen(premise: Premise, number: int) -> Premise:
    return Premise(
        kind=premise.kind,
        fact=premise.fact,
        name=premise.name,
        target=premise.target,
        value=None,
        seen_in=number,
    )


def step(number: int, kind: StepKind, text: str, outcome: Outcome | None, **given: object) -> Step:
    values: dict[str, object] = {"id": "", "target": HOUSEHOLD, **given}
    return Step(number=number, kind=kind, text=text, outcome=outcome, **values)


ELIGIBLE = fact("dibao_eligible", "农户：符合低保条件", None, source="县民政局/乡镇")
RECEIVES = fact("dibao_status", "农户：享受低保", "否", source="县民政局")
HARD = fact(
    "hardship",
    "农户：生产生活困难程度",
    "严重",
    source="村/乡入户核查",
    recorded="清溪村，2023-08-02，入户核查",
)
BIRTH = fact("birth", "家庭成员：出生日期", "（个人信息）", MEMBER, source="公安", hidden=True)
GRADE = fact("grade", "住房：鉴定等级", "C", HOUSE, source="专业机构")
MEMBERS = Premise(
    kind=PremiseKind.LIST, fact="household.member", name="家庭成员名单", target=HOUSEHOLD, value="共 2 条"
)
LOANS = Premise(
    kind=PremiseKind.LIST, fact="household.loan", name="小额信贷名单", target=HOUSEHOLD, value=None
)
LINE = Premise(
    kind=PremiseKind.PARAMETER,
    fact="参数.低保年标准",
    name="参数“低保年标准”",
    target=COUNTY,
    value="8000元/人·年",
    source="本地：县民政局公布",
)
UNSET = Premise(
    kind=PremiseKind.PARAMETER, fact="参数.补助", name="参数“补助”", target=COUNTY, value=None, source="本地"
)
COMMA = Premise(kind=PremiseKind.READING, fact="解读.顿号", name="解读“顿号”", target=COUNTY, value="任一")
AS_OF = Premise(
    kind=PremiseKind.MOMENT,
    fact="context.as_of",
    name="县：判定时点",
    target=COUNTY,
    value="2023-08-02T18:00:00+08:00",
)

_HIT = step(
    2,
    StepKind.DEFINITION,
    "以下全部",
    YES,
    id="受灾农户",
    cites=(Citation(id="1-02", gist="困难须由灾害引起"),),
    parts=(
        step(
            3,
            StepKind.JUDGEMENT,
            "生产生活困难程度 为 严重",
            YES,
            id="生产生活严重困难",
            cites=(Citation(id="1-03", gist="生产生活遇到严重困难"),),
            premises=(HARD,),
        ),
        step(4, StepKind.CONDITION, "解读“顿号”取“任一”", YES, target=COUNTY, premises=(COMMA,)),
        step(
            5, StepKind.CONDITION, "存在 家庭成员 满足以下", YES, premises=(MEMBERS,), parts=(
                step(6, StepKind.CONDITION, "年龄(出生日期) 不低于 60周岁", YES, target=MEMBER, premises=(BIRTH, AS_OF)),
            ),
        ),
    ),
)  # fmt: skip

_INCOME = step(
    7,
    StepKind.CONDITION,
    "人均纯收入 低于 低保年标准",
    YES,
    premises=(LINE,),
    parts=(
        step(
            8,
            StepKind.INDICATOR,
            "纯收入 ÷ 人口",
            None,
            id="人均纯收入",
            value="7688元/人·年",
            premises=(fact("net_income", "农户：纯收入", "30752元/年", source="乡镇"),),
        ),
    ),
)

EXPLANATION = Explanation(
    policy=POLICY,
    subject=HOUSEHOLD,
    kind=StepKind.MEASURE,
    id="纳入最低生活保障",
    target=HOUSEHOLD,
    outcome=UNKNOWN,
    cites=(Citation(id="4.1-02", gist="够条件的受灾农户及时纳入低保"),),
    proof=step(
        1,
        StepKind.MEASURE,
        "以下全部",
        UNKNOWN,
        id="纳入最低生活保障",
        cites=(Citation(id="4.1-02", gist="够条件的受灾农户及时纳入低保"),),
        parts=(
            _HIT,
            _INCOME,
            step(9, StepKind.CONDITION, "享受低保 为 否", YES, premises=(RECEIVES, UNSET)),
            step(10, StepKind.JUDGEMENT, "符合低保条件", UNKNOWN, id="低保条件符合", premises=(ELIGIBLE,)),
        ),
    ),
    premises=(HARD, COMMA, MEMBERS, BIRTH, AS_OF, LINE, RECEIVES, UNSET),
    missing=(ELIGIBLE,),
    exceptions=(
        step(
            11,
            StepKind.EXCEPTION,
            "以下任一",
            NO,
            id="先行救助",
            cites=(Citation(id="2.4-02", gist="特殊情况可先救助后办手续"),),
            parts=(
                step(12, StepKind.DEFINITION, "以下全部", YES, id="受灾农户", same_as=2),
                step(13, StepKind.CONDITION, "享受低保 为 是", NO, premises=(seen(RECEIVES, 9),)),
                step(14, StepKind.CONDITION, "鉴定等级 属于 D", NO, target=HOUSE, premises=(GRADE, LOANS)),
            ),
        ),
    ),
    units=("县民政局", "石桥镇"),
    time_limit="及时",
    due="2023-08-03T23:59:59+08:00",
    entities=NAMES,
)

WHY_NOT = WhyNot(
    policy=POLICY,
    subject=HOUSEHOLD,
    kind=StepKind.MEASURE,
    id="纳入最低生活保障",
    target=HOUSEHOLD,
    outcome=NO,
    wanted=YES,
    repairs=(
        Repair(
            changes=(
                Change(
                    fact="household.net_income",
                    name="农户：人均纯收入",
                    target=HOUSEHOLD,
                    mark=Mutability.CHANGEABLE,
                    stated="8312元/人·年",
                    wanted="不高于 8000元/人·年",
                    distance="再低 312.00 元/人·年",
                    source="乡镇",
                ),
                Change(
                    fact="household.dibao_eligible",
                    name="农户：符合低保条件",
                    target=HOUSEHOLD,
                    mark=Mutability.TO_BE_PROVED,
                    stated=None,
                    wanted="为 是",
                    source="县民政局/乡镇",
                    documents=("低保申请表", "收入核对报告"),
                ),
            ),
            possible=True,
        ),
        Repair(
            changes=(
                Change(
                    fact="member.birth",
                    name="家庭成员：出生日期",
                    target=MEMBER,
                    mark=Mutability.FIXED,
                    stated="1970-03-04",
                    wanted="不晚于 1963-08-02",
                    distance="再早 2406 天",
                    source="公安",
                    hidden=True,
                ),
            ),
            possible=False,
        ),
    ),
    complete=True,
    most_changes=3,
    by_itself_on="2030-03-04",
    horizon="2033-08-02",
    entities=NAMES,
)


def outcome(kind: StepKind, id: str, target: Target = HOUSEHOLD) -> OutcomeName:  # noqa: A002  (as in the model)
    return OutcomeName(kind=kind, id=id, target=target)


_DIBAO = outcome(StepKind.MEASURE, "纳入最低生活保障")
_SUBSIDY = tuple(outcome(StepKind.MEASURE, "发放残疾人补贴", Target("member", each)) for each in ("P2", "P5"))
_ASKED = (
    Question(
        fact="household.dibao_eligible",
        name="农户：符合低保条件",
        target=HOUSEHOLD,
        source="县民政局/乡镇",
        asks="“农户：符合低保条件”是还是否？",
        answers=("是", "否"),
        settles=(_DIBAO,),
        bears_on=(),
    ),
    Question(
        fact="member.disability_level",
        name="家庭成员：残疾等级",
        target=MEMBER,
        source="县残联",
        asks="残疾等级是什么？",
        answers=("一级、二级", "其他"),
        settles=(),
        bears_on=(_DIBAO, *_SUBSIDY),
    ),
)
QUESTIONS = Questions(
    policy=POLICY,
    subject=HOUSEHOLD,
    open_outcomes=(_DIBAO, *_SUBSIDY, outcome(StepKind.DEFINITION, "鉴定为危房", HOUSE)),
    ranked=_ASKED,
    settling=(1,),
    exact=True,
    stuck=(outcome(StepKind.DEFINITION, "鉴定为危房", HOUSE),),
    groups=(
        QuestionGroup(source="县民政局/乡镇", questions=_ASKED[:1]),
        QuestionGroup(source="县残联", questions=_ASKED[1:]),
    ),
    entities=NAMES,
)

ROBUSTNESS = Robustness(
    policy=POLICY,
    subject=HOUSEHOLD,
    depends=(
        Dependence(
            hinge=Hinge.JUDGEMENT,
            id="生产生活严重困难",
            target=HOUSEHOLD,
            taken="是",
            instead="否",
            changes=(
                OutcomeChange(
                    kind=StepKind.MEASURE, id="纳入最低生活保障", target=HOUSEHOLD, before=YES, after=NO
                ),
                OutcomeChange(
                    kind=StepKind.DEFINITION, id="受灾农户", target=HOUSEHOLD, before=YES, after=NO
                ),
                OutcomeChange(
                    kind=StepKind.MEASURE, id="发放残疾人补贴", target=MEMBER, before=YES, after=UNKNOWN
                ),
            ),
        ),
        Dependence(
            hinge=Hinge.READING, id="顿号", target=COUNTY, taken="任一", instead="全部", changes=(
                OutcomeChange(kind=StepKind.MEASURE, id="展期或续贷", target=HOUSEHOLD, before=YES, after=NO),
            ),
        ),
        Dependence(
            hinge=Hinge.LOCAL_PARAMETER, id="低保年标准", target=COUNTY, taken="8000元/人·年", instead="7687.99元/人·年", changes=(
                OutcomeChange(kind=StepKind.MEASURE, id="纳入最低生活保障", target=HOUSEHOLD, before=YES, after=NO),
            ),
        ),
    ),
    firm=(outcome(StepKind.DEFINITION, "因灾"),),
    entities=NAMES,
)  # fmt: skip

_PUSH = {"kind": StepKind.DUTY, "id": "推送线索", "target": HOUSEHOLD}
TIMELINE = Timeline(
    policy=POLICY,
    subject=HOUSEHOLD,
    first="2023-08-01",
    last="2024-03-01",
    days=(
        Day(
            date="2023-08-02",
            turns=(
                Turn(
                    moment="2023-08-02T14:00:00+08:00",
                    changes=(
                        OutcomeChange(
                            kind=StepKind.MEASURE, id="应急供水", target=HOUSEHOLD, before=NO, after=YES
                        ),
                        OutcomeChange(
                            kind=StepKind.MEASURE, id="发放残疾人补贴", target=MEMBER, before=NO, after=YES
                        ),
                    ),
                    duties=(
                        DutyChange(**_PUSH, aspect=Aspect.DONE, before="no", after="yes"),
                        DutyChange(
                            **_PUSH, aspect=Aspect.DUE, before=None, after="2023-08-02T23:59:59+08:00"
                        ),
                    ),
                    causes=("“灾害发生时间”的时间到了",),
                ),
            ),
            due=(Due(**_PUSH, moment="2023-08-02T23:59:59+08:00", units=("县乡村振兴局",)),),
            overdue=(),
        ),
        Day(
            date="2023-08-03",
            turns=(),
            due=(),
            overdue=(Due(**_PUSH, moment="2023-08-02T23:59:59+08:00", units=("县乡村振兴局",)),),
        ),
        Day(
            date="2024-03-01",
            turns=(
                Turn(
                    moment=None,
                    changes=(),
                    duties=(
                        DutyChange(**_PUSH, aspect=Aspect.UNITS, before="县乡村振兴局", after="县农业农村局"),
                    ),
                    causes=("“县乡村振兴局”并入“县农业农村局”",),
                ),
            ),
            due=(),
            overdue=(),
        ),
    ),
    entities=NAMES,
)

ANSWERS = {
    "explanation": EXPLANATION,
    "why-not": WHY_NOT,
    "questions": QUESTIONS,
    "robustness": ROBUSTNESS,
    "timeline": TIMELINE,
}
