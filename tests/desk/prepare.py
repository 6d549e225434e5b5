"""Fill a fresh database with people and notes, and print how to come in: ``python -m tests.desk.prepare``.

Notes 1 to 60 are empty. 刘秀兰 and 薛海峰 may write them all, 高雅琴 may read them.
"""

import json
import sys

import django

NOTES = 60


def main() -> None:
    django.setup()
    from realtime import documents
    from realtime.kinds import Access
    from tests.desk.notes import allow
    from tests.desk.people import make_person, sign_in

    cookies = {}
    for name, level in (("刘秀兰", Access.WRITE), ("薛海峰", Access.WRITE), ("高雅琴", Access.READ)):
        person = make_person(name)
        for key in range(1, NOTES + 1):
            allow(person, str(key), level)
        cookies[name] = sign_in(person)
    for key in range(1, NOTES + 1):
        documents.create(kind="note", key=str(key), by_id=None)
    json.dump(cookies, sys.stdout)


if __name__ == "__main__":
    main()
