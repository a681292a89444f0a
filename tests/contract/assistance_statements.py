"""Part 四: the ten categories of assistance."""

from __future__ import annotations

from tests.contract.household import AFFECTED, ELIGIBLE, LATER, NONE, NOT_YET, OMIT
from tests.contract.reading import COVERED, ORDINARY, POOR, Facts, Reading, turns_on

CIVIL = ("县民政局", "县财政局", "县残联")
HOUSING = ("县住建局", "乡镇")
SCHOOL = ("县教育局", "县医保局")
WATER = ("县水务局", "各乡镇")
FARM = ("县农业农村局", "县财政局", "各乡镇")
LOANS = ("县乡村振兴局", "各乡镇")
SOCIETY = ("县工商联", "县妇联", "团县委", "县乡村振兴局", "各乡镇")
INSURERS = ("相关保险机构",)

SCREENED: Facts = {
    **AFFECTED,
    "housing.screened_at": LATER,
    "housing.appraised_at": LATER,
    "housing.disaster_damaged": True,
}
DANGEROUS: Facts = {**SCREENED, "housing.appraisal_grade": "D"}
CHILD: Facts = {**AFFECTED, **POOR, "member.birth_date": "2013-05-01"}
CLAIM: Facts = {**AFFECTED, **POOR, "insurance.line": "农业保险", "insurance.insured": True}
BORROWER: Facts = {**AFFECTED, **POOR, "loan.product": "脱贫人口小额信贷"}
SEVERE: Facts = {**AFFECTED, "production.sector": "农作物", "production.can_resume": False}

WHOLE = (
    Reading(
        cite="4-01",
        name="分析家庭情况和收入结构",
        given={**AFFECTED, **ELIGIBLE, **ORDINARY},
        **turns_on("household.has_poverty_risk", yes=True, no=False),
        units=(),
    ),
    Reading(
        cite="4-04",
        name="维修重建受损项目",
        **turns_on("impact.public_works_damaged", yes=["道路"], no=[]),
        units=(),
        time_limit="加快",
    ),
)

BASIC_LIVING = (
    Reading(
        cite="4.1-02",
        name="纳入最低生活保障",
        given={**AFFECTED, "household.dibao_status": "否"},
        **turns_on("household.dibao_eligible", yes=True, no=False),
        units=CIVIL,
        category="落实兜底帮扶",
        time_limit="及时",
    ),
    Reading(
        cite="4.1-03",
        name="纳入特困供养",
        **turns_on("household.tekun_eligible_members", yes=1, no=0),
        units=CIVIL,
        category="落实兜底帮扶",
        time_limit="及时",
    ),
    Reading(
        cite="4.1-04",
        name="发放低保金",
        **turns_on("household.dibao_status", yes="是", no="否"),
        units=CIVIL,
        category="落实兜底帮扶",
        time_limit="及时",
    ),
    Reading(
        cite="4.1-05",
        name="发放特困供养金",
        **turns_on("member.is_tekun_member", yes=True, no=False),
        units=CIVIL,
        category="落实兜底帮扶",
        time_limit="及时",
    ),
    Reading(
        cite="4.1-06",
        name="发放困难残疾人生活补贴",
        given={**AFFECTED, "member.is_dibao_member": True, "member.is_tekun_member": False},
        **turns_on("member.disability_level", yes="二级", no=NONE),
        units=CIVIL,
        category="落实兜底帮扶",
        time_limit="及时",
    ),
)

EMPLOYMENT = (
    Reading(
        cite="4.2-01",
        name="引导返岗复工",
        given={
            **AFFECTED,
            "employment.is_poverty_relieved_labor": True,
            "employment.is_migrant_worker": True,
        },
        **turns_on("employment.returned_for_disaster", yes=True, no=False),
        units=("县人社局",),
        category="开展就业帮扶",
        time_limit="及时",
    ),
    Reading(
        cite="4.2-02",
        name="引导外出务工",
        given={**AFFECTED, "employment.farming_at_home": True, "production": []},
        **turns_on("employment.wants_job", yes=True, no=False),
        units=("县人社局",),
        category="开展就业帮扶",
    ),
    Reading(
        cite="4.2-03",
        name="引导就近就业",
        given={**AFFECTED, "employment.farming_at_home": True, "employment.wants_job": False},
        **turns_on("production.can_resume", yes=False, no=True),
        units=("县人社局",),
        category="开展就业帮扶",
    ),
    Reading(
        cite="4.2-04",
        name="就业技能培训",
        **turns_on("employment.training_needed", yes=True, no=False),
        units=("县人社局",),
        category="开展就业帮扶",
    ),
)

HOMES = (
    Reading(
        cite="4.3-01",
        name="受灾房屋筛查鉴定/初步筛查",
        given={**AFFECTED, "housing.suspected_unsafe": False},
        **turns_on("housing.disaster_damaged", yes=True, no=False),
        units=("乡镇", "村(社区)"),
    ),
    Reading(
        cite="4.3-03",
        name="纳入危房改造",
        given=DANGEROUS,
        **turns_on("housing.retrofit_eligible", yes=True, no=False),
        units=HOUSING,
        category="保障住房安全",
    ),
    Reading(
        cite="4.3-03",
        name="纳入危房改造",
        given={**SCREENED, "housing.retrofit_eligible": True},
        **turns_on("housing.appraisal_grade", yes="C", no="B"),
        units=HOUSING,
        category="保障住房安全",
    ),
    Reading(
        cite="4.3-04",
        name="筹资改造",
        given=DANGEROUS,
        **turns_on("housing.retrofit_eligible", yes=False, no=True),
        units=("县住建局", "各乡镇"),
        category="保障住房安全",
        time_limit="尽快",
    ),
    Reading(
        cite="4.3-05",
        name="及时转移",
        **turns_on("housing.wall_collapsed", yes=True, no=False),
        units=("乡镇",),
        category="保障住房安全",
        time_limit="及时",
    ),
    Reading(
        cite="4.3-06",
        name="受灾危房排查",
        **COVERED,
        units=("县住建局", "有关职能部门", "乡镇"),
        category="保障住房安全",
    ),
    Reading(
        cite="4.3-07",
        name="危房有人居住",
        given=DANGEROUS,
        **turns_on("housing.occupied", yes=True, no=False),
    ),
)

SCHOOL_AND_CARE = (
    Reading(
        cite="4.4-02",
        name="控辍保学",
        given={**CHILD, "member.birth_date": OMIT},
        **turns_on("member.birth_date", yes="2013-05-01", no="1990-05-01"),
        units=SCHOOL,
        category="保障教育和医疗",
    ),
    Reading(
        cite="4.4-03",
        name="落实医疗救助和大病救助",
        given={**AFFECTED, **ELIGIBLE, **ORDINARY},
        **turns_on("household.self_resolvable", yes=False, no=True),
        units=SCHOOL,
        category="保障教育和医疗",
    ),
)

DRINKING_WATER = (
    Reading(
        cite="4.5-01",
        name="清理消毒水源",
        **turns_on("water.source_contaminated", yes=True, no=False),
        units=WATER,
        category="保障饮水安全",
        time_limit="及时",
    ),
    Reading(
        cite="4.5-02",
        name="修复供水设施",
        **turns_on("water.central_facility_damaged", yes=True, no=False),
        units=WATER,
        category="保障饮水安全",
        time_limit="及时",
    ),
    Reading(
        cite="4.5-02",
        name="恢复正常供水",
        **turns_on("water.central_facility_damaged", yes=True, no=False),
        units=WATER,
        category="保障饮水安全",
        time_limit="尽快",
    ),
    Reading(
        cite="4.5-03",
        name="加强水质检测",
        **turns_on("water.facility_type", yes="规模水厂", no="分散供水"),
        units=WATER,
        category="保障饮水安全",
    ),
)

PRODUCTION = (
    Reading(
        cite="4.6-02",
        name="现场技术指导",
        given={**AFFECTED, "production.can_resume": False},
        **turns_on("production.sector", yes="林下经济", no="其他"),
        units=("县农业农村局",),
        category="实施产业帮扶",
    ),
    Reading(
        cite="4.6-05",
        name="一户一策帮扶",
        **turns_on("household.severely_affected", yes=True, no=False),
        units=FARM,
        category="实施产业帮扶",
    ),
    Reading(
        cite="4.6-06",
        name="提供农资种苗",
        given={**SEVERE, "production.input_needs": ["种子"]},
        **turns_on("household.severely_affected", yes=True, no=False),
        units=FARM,
        category="实施产业帮扶",
        time_limit="及时",
    ),
    Reading(
        cite="4.6-07",
        name="收集滞销信息",
        **turns_on("production.unsold_products", yes=True, no=False),
        units=FARM,
        category="实施产业帮扶",
        time_limit="及时",
    ),
    Reading(
        cite="4.6-08",
        name="帮助销售农产品",
        **turns_on("production.unsold_products", yes=True, no=False),
        units=FARM,
        category="实施产业帮扶",
    ),
)

CREDIT = (
    Reading(
        cite="4.7-01",
        name="续贷或展期",
        given=BORROWER,
        **turns_on("loan.unable_to_repay_due_to_disaster", yes=True, no=False),
        units=LOANS,
        category="强化小额信贷支持",
    ),
    Reading(
        cite="4.7-01",
        name="续贷或展期",
        given={**BORROWER, "loan.unable_to_repay_due_to_disaster": True},
        **turns_on("household.household_type", yes="脱贫户", no="一般农户"),
        units=LOANS,
    ),
    Reading(
        cite="4.7-02",
        name="简化贷款流程",
        given={**BORROWER, "loan.new_loan_demand": True},
        **turns_on("loan.loan_conditions_met", yes=True, no=False),
        units=LOANS,
        category="强化小额信贷支持",
    ),
    Reading(
        cite="4.7-03",
        name="追加贷款",
        given={**BORROWER, "loan.genuine_need": True},
        **turns_on("loan.repayment_capacity", yes=True, no=False),
        units=LOANS,
        category="强化小额信贷支持",
    ),
)

SOCIETY_AND_INSURANCE = (
    Reading(
        cite="4.8-01",
        name="对接社会帮扶",
        given={**AFFECTED, "finance.income_plunge": True, "finance.expense_surge": True},
        **turns_on("finance.beyond_capacity", yes=True, no=False),
        units=SOCIETY,
        category="动员社会帮扶",
    ),
    Reading(
        cite="4.9-01",
        name="及时受理理赔",
        given=CLAIM,
        **turns_on("insurance.claim_filed_at", yes=LATER, no=NOT_YET),
        units=INSURERS,
        category="强化保险帮扶",
        time_limit="及时",
    ),
    Reading(
        cite="4.9-01",
        name="及时受理理赔",
        given={**CLAIM, "insurance.claim_filed_at": LATER},
        **turns_on("insurance.line", yes="住房保险", no="其他"),
        units=INSURERS,
    ),
    Reading(
        cite="4.9-05",
        name="提供综合保障",
        **turns_on("insurance.covered_peril", yes=["产品滞销"], no=[]),
        units=("各保险机构",),
        category="强化保险帮扶",
    ),
    Reading(
        cite="4.10-04",
        name="一人一策",
        given={**AFFECTED, **ORDINARY, "member": []},
        **turns_on("impact.affected", yes=True, no=False),
        units=("县级各部门", "各乡镇"),
        category="深化精神帮扶",
    ),
)
