"""Every page: nothing that axe finds, nothing wider than a phone, in the light and in the dark."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.e2e.axe import violations

Open = Callable[..., Page]

NOBODY, LEAD, UNIT_ADMIN, SYSTEM_ADMIN, AUDIT_ADMIN = "", "100001", "100005", "100000", "100008"

PAGES = [
    (NOBODY, "/accounts/login/"),
    (NOBODY, "/accounts/password/reset/"),
    (NOBODY, "/research/first/"),
    (LEAD, "/"),
    (LEAD, "/nowhere/"),
    (LEAD, "/lessons/"),
    (LEAD, "/lessons/?scope=city"),
    (LEAD, "/lessons/?scope=city&q=没有这样的教案"),
    (LEAD, "/lessons/new/"),
    (LEAD, "/lessons/imports/"),
    (LEAD, "/lessons/trash/"),
    (LEAD, "/lessons/plans/5/members/"),
    (LEAD, "/lessons/plans/5/leftovers/"),
    (UNIT_ADMIN, "/lessons/hand-on/"),
    (LEAD, "/lessons/plans/5/files/"),
    (LEAD, "/search/"),
    (LEAD, "/search/?q=教学 学生"),
    (LEAD, "/search/?q=刘秀兰"),
    (LEAD, "/search/?kind=plan&subject=数学&subject=语文&all=1"),
    (LEAD, "/search/?q=没有这样的教案&subject=数学"),
    (LEAD, "/search/advanced/"),
    (LEAD, "/search/saved/"),
    (LEAD, "/research/me/"),
    (LEAD, "/research/groups/"),
    (LEAD, "/accounts/password/change/"),
    (UNIT_ADMIN, "/research/people/"),
    (UNIT_ADMIN, "/research/people/new/"),
    (UNIT_ADMIN, "/research/people/imports/"),
    (UNIT_ADMIN, "/research/people/slips/"),
    (SYSTEM_ADMIN, "/research/machines/"),
    (SYSTEM_ADMIN, "/search/?q=教研室"),
    (SYSTEM_ADMIN, "/search/report/"),
    (AUDIT_ADMIN, "/research/audit/"),
]


@pytest.mark.parametrize(("who", "path"), PAGES)
def test_nobody_is_shut_out(open_as: Open, who: str, path: str) -> None:
    """One visit a page: axe in both themes, at a desk's and at a phone's width."""
    page = open_as(who, path)
    faults = {}
    for width, height in ((1280, 800), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            faults[width, scheme] = violations(page)
        faults[width, "overflow"] = wider_than_the_window(page)

    assert {key: found for key, found in faults.items() if found} == {}


def wider_than_the_window(page: Page) -> list[str]:
    """The page itself must not scroll sideways; what is allowed to does so within itself."""
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1")
    return [f"{page.url} is wider than the window"] if wide else []
