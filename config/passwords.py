"""What a password must be, said in our own words: Django's sentence about length has no Chinese in this version."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _
from typing_extensions import override


class LongEnough(MinimumLengthValidator):
    """至少这么多个字符."""

    @override
    def get_error_message(self) -> str:
        return _("This password is too short. Ten characters or more, please; a sentence is good.")
