"""stand-in"""

from search.models import EntryRow
from tests.search.desk import Desk


class TantivyEngine(Desk):
    def __init__(self, path):
        super().__init__()

    def _may(self, principals, excluded, kinds):
        self.held = {r.entry().id: r.entry() for r in EntryRow.objects.all()}
        return super()._may(principals, excluded, kinds)
