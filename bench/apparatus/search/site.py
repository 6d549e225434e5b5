"""As much of a site as a results page needs: somebody who asks, and plans that are there to be seen."""

from typing import Any


def take_the_bank_for_plans() -> None:
    """The bank's plans are rows of the search alone: whoever holds a reader's token may see them, and the card is the plain one. The
    site's own kinds ask one question more for each, and show more.
    """
    from search import kinds

    kinds.unregister("plan")
    kinds.register(
        kinds.Kind(
            name="plan",
            label="教案",
            read=lambda _keys: (),
            all_keys=lambda: iter(()),
            visible=lambda _person, keys: set(keys),
            cards=lambda _person, keys: {key: {"url": f"/plans/{key}/", "line": "示例学校"} for key in keys},
            template="search/_plain_card.html",
        )
    )


def somebody() -> Any:
    """Whoever asks; made where nobody is there yet."""
    from research.enums import Stage, UnitKind
    from research.models import County, Person, Unit

    if (known := Person.objects.filter(pk=1).first()) is not None:
        return known
    county = County.objects.first() or County.objects.create(code="149999", name="示例县")
    school = Unit.objects.create(name="示例学校", kind=UnitKind.SCHOOL, stage=Stage.SENIOR, county=county)
    person = Person(pk=1, staff_number="900001", name="示例教师", unit=school)
    person.set_unusable_password()
    person.save()
    return person
