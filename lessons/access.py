"""Who may do what with a plan: the one table.

``policies`` answers from it for a person and a plan, ``LessonPlan.objects.visible_to`` for all rows at
once, and ``ARCHITECTURE.md`` shows it; tests hold the three together.
"""

from enum import StrEnum

from lessons.enums import Visibility


class Action(StrEnum):
    """What can be done with a plan. ``EXPORT`` is taking a copy: Word, PDF, duplicate (复备).

    ``HAND_ON`` is naming a new lead where the old one's account is disabled, without reading the plan.
    """

    FIND = "find"
    READ = "read"
    EXPORT = "export"
    COMMENT = "comment"
    WRITE = "write"
    MANAGE = "manage"
    DELETE = "delete"
    RESTORE = "restore"
    HAND_ON = "hand_on"


class Standing(StrEnum):
    """How a person stands to a plan. Several may hold; what any of them allows is allowed."""

    LEAD = "lead"
    CO_AUTHOR = "co_author"
    COMMENTER = "commenter"
    READER = "reader"
    GROUP_MEMBER = "group_member"
    UNIT_COLLEAGUE = "unit_colleague"
    AREA_OFFICER = "area_officer"
    AREA_COLLEAGUE = "area_colleague"
    CITY_OFFICER = "city_officer"
    ANYONE = "anyone"
    KEEPER = "keeper"


Abilities = frozenset[Action]
TRASHED = "trashed"
SITUATIONS = (*(visibility.value for visibility in Visibility), TRASHED)

NOTHING: Abilities = frozenset()
READS: Abilities = frozenset({Action.FIND, Action.READ, Action.EXPORT})
COMMENTS: Abilities = READS | {Action.COMMENT}
WRITES: Abilities = COMMENTS | {Action.WRITE}
LEADS: Abilities = WRITES | {Action.MANAGE, Action.DELETE}
RESTORES: Abilities = frozenset({Action.RESTORE})
HANDS_ON: Abilities = frozenset({Action.HAND_ON})

# Columns: members, group, unit, county, city, trashed.
_ROWS: dict[Standing, tuple[Abilities, Abilities, Abilities, Abilities, Abilities, Abilities]] = {
    Standing.LEAD: (LEADS, LEADS, LEADS, LEADS, LEADS, RESTORES),
    Standing.CO_AUTHOR: (WRITES, WRITES, WRITES, WRITES, WRITES, RESTORES),
    Standing.COMMENTER: (COMMENTS, COMMENTS, COMMENTS, COMMENTS, COMMENTS, NOTHING),
    Standing.READER: (READS, READS, READS, READS, READS, NOTHING),
    Standing.GROUP_MEMBER: (NOTHING, COMMENTS, COMMENTS, COMMENTS, COMMENTS, NOTHING),
    Standing.UNIT_COLLEAGUE: (NOTHING, NOTHING, READS, READS, READS, NOTHING),
    Standing.AREA_OFFICER: (NOTHING, NOTHING, COMMENTS, COMMENTS, COMMENTS, NOTHING),
    Standing.AREA_COLLEAGUE: (NOTHING, NOTHING, NOTHING, READS, READS, NOTHING),
    Standing.CITY_OFFICER: (NOTHING, NOTHING, NOTHING, COMMENTS, COMMENTS, NOTHING),
    Standing.ANYONE: (NOTHING, NOTHING, NOTHING, NOTHING, READS, NOTHING),
    Standing.KEEPER: (HANDS_ON, HANDS_ON, HANDS_ON, HANDS_ON, HANDS_ON, NOTHING),
}
TABLE: dict[Standing, dict[str, Abilities]] = {
    standing: dict(zip(SITUATIONS, row, strict=True)) for standing, row in _ROWS.items()
}


def situations(standing: Standing, action: Action) -> tuple[str, ...]:
    """The situations in which that standing allows the action, in order."""
    return tuple(situation for situation in SITUATIONS if action in TABLE[standing][situation])


# --- the table as a person reads it -----------------------------------------------------------------------

_WHO = {
    Standing.LEAD: "lead (主备人)",
    Standing.CO_AUTHOR: "co-author (合作者)",
    Standing.COMMENTER: "commenter (评议人)",
    Standing.READER: "reader (读者)",
    Standing.GROUP_MEMBER: "member of the plan's group (组内成员)",
    Standing.UNIT_COLLEAGUE: "colleague of the plan's unit (本单位)",
    Standing.AREA_OFFICER: "officer of the plan's county (本县区教研员)",
    Standing.AREA_COLLEAGUE: "colleague of the plan's county (本县区)",
    Standing.CITY_OFFICER: "officer of the city (市教研员)",
    Standing.ANYONE: "anybody signed in (所有人)",
    Standing.KEEPER: "administrator of the plan's unit, while its lead is disabled (单位管理员)",
}
_WHAT = {
    NOTHING: "–",
    READS: "reads",
    COMMENTS: "comments",
    WRITES: "writes",
    LEADS: "leads",
    RESTORES: "restores",
    HANDS_ON: "hands on",
}
_HEADS = ("members 仅成员", "group 本组", "unit 本单位", "county 本县区", "city 全市", "in the trash 回收站")


def as_markdown() -> str:
    """The table and its words, as they stand in ``ARCHITECTURE.md``."""
    lines = ["| who | " + " | ".join(_HEADS) + " |", "|---" * (len(_HEADS) + 1) + "|"]
    for standing, cells in TABLE.items():
        lines.append(f"| {_WHO[standing]} | " + " | ".join(_WHAT[cell] for cell in cells.values()) + " |")
    lines += ["", "| word | allows |", "|---|---|"]
    for abilities, word in _WHAT.items():
        if abilities:
            lines.append(
                f"| {word} | " + ", ".join(action for action in Action if action in abilities) + " |"
            )
    return "\n".join(lines) + "\n"
