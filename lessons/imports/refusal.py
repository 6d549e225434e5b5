"""Why a file is not taken. The sentences for people are in ``lessons.services.imports``, by code."""


class Refused(Exception):  # noqa: N818 - it is an answer, not a fault
    """The file is not taken (不予导入); ``code`` says why, ``detail`` is for the log."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
