"""The search: everybody's own, and its report for the system administrator. The tests' engine holds nothing."""

from tests.security.matrix import Row, Who

ROWS = [
    Row("search:results", "/search/", rest=200),
    Row("search:results", "/search/?q=家国情怀&stage=初中&page=2", rest=200),
    Row("search:suggest", "/search/suggest/?q=jia", rest=200),
    Row("search:advanced", "/search/advanced/", rest=200),
    Row("search:saved", "/search/saved/", rest=200),
    Row("search:saved", "/search/saved/", rest=422, method="post"),
    Row("search:saved_card", "/search/saved/card/", rest=200),
    Row("search:saved_look", "/search/saved/1/", rest=404, method="post"),
    Row("search:saved_rename", "/search/saved/1/rename/", rest=404, method="post"),
    Row("search:saved_delete", "/search/saved/1/delete/", rest=404, method="post"),
    Row("search:forget", "/search/recent/forget/", rest=302, method="post"),
    Row("search:opened", "/search/opened/", rest=422, method="post"),
    Row("search:similar", "/search/similar/nothing/1/", rest=404),
    Row("search:why", "/search/why/nothing/1/", {Who.SYSTEM_ADMIN: 404}),
    Row("search:report", "/search/report/", {Who.SYSTEM_ADMIN: 200}),
]
