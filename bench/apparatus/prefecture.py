"""A whole prefecture in a database: 40,000 people, 1,000 units, 100,000 plans. The same at every run."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from django.utils import timezone

from lessons.body import PlanBody, Step, in_order
from lessons.enums import GRADES, LESSON_TYPES, PlanRole, Visibility
from lessons.models import LessonPlan, PlanMember, PlanTemplate
from lessons.services import catalogue
from lessons.services.plans import create_plan
from realtime.models import Document
from realtime.prose.tree import from_plain
from research.demo import schools
from research.enums import GroupKind, Role, Stage, UnitKind
from research.models import Appointment, County, Group, Membership, Person, Unit

PEOPLE = 40_000
PLANS = 100_000
SCHOOLS = 985
OFFICERS = 100
BATCH = 5_000
MEMBERS_OF_EVERY = 3
SUBJECTS = (
    "语文",
    "数学",
    "英语",
    "道德与法治",
    "思想政治",
    "历史",
    "地理",
    "物理",
    "化学",
    "生物",
    "体育",
    "音乐",
)
WORDS = (
    "家国情怀",
    "劳动创造幸福",
    "宪法在心中",
    "黄土高原",
    "分数的意义",
    "二次函数",
    "敌后战场",
    "光的反射",
    "端午",
)
SURNAMES = "王李张刘陈杨赵高薛任宋冯郭梁武白康贾牛温"
GIVEN = "秀兰海峰志强雅琴建平晓燕丽华国庆玉珍爱萍红梅文军明亮思远子轩"
# How many of a hundred plans are shown to whom.
CIRCLES = {
    Visibility.MEMBERS: 40, Visibility.GROUP: 15, Visibility.UNIT: 15,
    Visibility.COUNTY: 10, Visibility.CITY: 20,
}  # fmt: skip


def fill() -> None:
    """Put everything in; the database is empty but for what migrating leaves there."""
    random = Random(141100)
    catalogue.load_shipped()
    units = add_units()
    people = add_people(random, units)
    groups = add_groups(people)
    add_plans(random, people, groups)
    add_full_plan(people[0])


def add_units() -> list[Unit]:
    County.objects.bulk_create(schools.counties())
    counties = [*County.objects.all(), None]
    stages = list(Stage)
    own = [
        Unit(name=f"教研室 {place}", kind=UnitKind.OFFICE, county=county)
        for place, county in enumerate(counties)
    ]
    own += [
        Unit(
            name=f"第 {place} 学校",
            kind=UnitKind.SCHOOL,
            county=counties[place % len(counties)],
            stage=stages[place % len(stages)],
        )
        for place in range(SCHOOLS)
    ]
    return list(Unit.objects.bulk_create(own))


def add_people(random: Random, units: list[Unit]) -> list[Person]:
    made = []
    for number in range(PEOPLE):
        name = random.choice(SURNAMES) + "".join(random.choices(GIVEN, k=2))
        unit = units[number % len(units)]
        person = Person(
            staff_number=str(500_000 + number), name=name, unit=unit, subject=random.choice(SUBJECTS)
        )
        person.set_unusable_password()
        person.read_name()
        made.append(person)
    people = list(Person.objects.bulk_create(made, batch_size=BATCH))
    officers = [person for person in people if person.unit.kind == UnitKind.OFFICE][:OFFICERS]
    Appointment.objects.bulk_create(
        [Appointment(person=officer, role=Role.OFFICER, unit=officer.unit) for officer in officers]
    )
    return people


def add_groups(people: list[Person]) -> dict[int, Group]:
    """A group for every eight people of a unit, by the person."""
    of_unit: dict[Unit, list[Person]] = {}
    for person in people:
        of_unit.setdefault(person.unit, []).append(person)
    circles = [
        (Group(name=f"备课组 {start // 8}", kind=GroupKind.PREPARATION, unit=unit), own[start : start + 8])
        for unit, own in of_unit.items()
        for start in range(0, len(own), 8)
    ]
    Group.objects.bulk_create([group for group, _members in circles], batch_size=BATCH)
    memberships = [Membership(group=group, person=person) for group, members in circles for person in members]
    Membership.objects.bulk_create(memberships, batch_size=BATCH)
    return {membership.person_id: membership.group for membership in memberships}


def add_plans(random: Random, people: list[Person], groups: dict[int, Group]) -> None:
    template = PlanTemplate.objects.get(key="general")
    for start in range(0, PLANS, BATCH):
        documents = Document.objects.bulk_create(
            [Document(kind="plan", key=f"new:{start + place}", schema=1) for place in range(BATCH)]
        )
        plans = LessonPlan.objects.bulk_create(
            [plan(random, people, groups, template, document) for document in documents]
        )
        for own, document in zip(plans, documents, strict=True):
            document.key = str(own.pk)
        Document.objects.bulk_update(documents, ["key"], batch_size=500)
        PlanMember.objects.bulk_create(members(random, people, plans), ignore_conflicts=True)


def plan(
    random: Random, people: list[Person], groups: dict[int, Group], template: PlanTemplate, document: Document
) -> LessonPlan:
    lead = random.choice(people)
    stage = random.choice(list(Stage))
    trashed = random.random() < 0.02  # noqa: PLR2004 - two of a hundred
    edited_at = timezone.now() - timedelta(minutes=random.randrange(2 * 365 * 24 * 60))
    return LessonPlan(
        document=document,
        template=template,
        title=f"{random.choice(WORDS)}（{random.randrange(10_000)}）",
        subject=random.choice(SUBJECTS),
        stage=stage,
        grade=random.choice(GRADES[stage]),
        edition=random.choice(("统编版", "人教版", "北师大版")),
        lesson_type=random.choice(LESSON_TYPES),
        periods=random.randrange(1, 4),
        lead=lead,
        created_by=lead,
        group=groups[lead.pk],
        home_unit=lead.unit,
        county_id=lead.unit.county_id,
        visibility=random.choices(list(CIRCLES), weights=list(CIRCLES.values()))[0],
        use_count=random.randrange(50),
        edited_at=edited_at,
        trashed_at=edited_at if trashed else None,
        trashed_by=lead if trashed else None,
    )


def members(random: Random, people: list[Person], plans: list[LessonPlan]) -> Iterator[PlanMember]:
    roles = [PlanRole.CO_AUTHOR, PlanRole.COMMENTER, PlanRole.READER]
    for own in plans:
        if own.pk % MEMBERS_OF_EVERY == 0:
            for role in roles:
                yield PlanMember(plan=own, person=random.choice(people), role=role, added_by=own.lead)


def add_full_plan(lead: Person) -> LessonPlan:
    """A plan as long as a real one, shown to the city."""
    text = from_plain(
        "\n".join("通过刘胡兰、贺昌等吕梁英雄的史料，理解个人选择与民族命运的联系。" * 2 for _ in range(6))
    )
    template = PlanTemplate.objects.get(key="general")
    fields = {section.key: text for section in template.sections() if section.key != "steps"}
    steps = in_order(
        *(Step("", "", phase=f"活动{n}", minutes=5, teacher=text, student=text) for n in range(8))
    )
    return create_plan(
        by=lead,
        template=template,
        columns={"title": "家国情怀：从刘胡兰到我们", "stage": "senior"},
        body=PlanBody(fields=fields, steps=steps),
        visibility=Visibility.CITY,
    )
