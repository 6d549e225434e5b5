import { DOMParser as SchemaParser } from "prosemirror-model";
import { describe, expect, it } from "vitest";

import { schema } from "../schema";
import { toHtml } from "../static";
import { cleanPasted, MOST_CHARACTERS, MOST_ELEMENTS, TooLargeError, type Pasted } from "./clean";

function clean(html: string, tables = true): Pasted {
  return cleanPasted(html, { tables, origin: "https://jiaoyan.example" });
}

/** What would stand in the editor. */
function shown(html: string, tables = true): string {
  const host = document.implementation.createHTMLDocument("").createElement("div");
  host.innerHTML = clean(html, tables).html;
  return toHtml(SchemaParser.fromSchema(schema).parse(host));
}

const word = (body: string): string =>
  `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>@list l0:level1{mso-level-text:"%1、"}</style></head><body><!--StartFragment-->${body}<!--EndFragment--></body></html>`;

const item = (level: number, marker: string, text: string): string =>
  `<p class=MsoListParagraph style='margin-left:21.0pt;text-indent:-21.0pt;mso-list:l0 level${level} lfo1'><![if !supportLists]><span lang=EN-US style='font-family:Wingdings'><span style='mso-list:Ignore'>${marker}<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>${text}</p>`;

describe("from Word", () => {
  it.each([
    ["bold, red and underlined text",
      word(`<p class=MsoNormal><b><span style='font-family:宋体;color:red'>重点</span></b><u><span lang=EN-US>A</span></u><o:p></o:p></p>`),
      '<p><strong><span class="c-red">重点</span></strong><u>A</u></p>'],
    ["bold said by a style", word(`<p><span style="font-weight:700">甲</span><span style="font-weight:normal">乙</span></p>`), "<p><strong>甲</strong>乙</p>"],
    ["a highlight", word(`<p><span style='background:yellow;mso-highlight:yellow'>甲</span></p>`), '<p><span class="hl-orange">甲</span></p>'],
    ["a strike and powers", word(`<p><span style='text-decoration:line-through'>甲</span>x<span style='vertical-align:super'>2</span></p>`), "<p><s>甲</s>x<sup>2</sup></p>"],
    ["a centred line", word(`<p align=center style='text-align:center'>课题</p>`), '<p class="ta-center">课题</p>'],
    ["an indented line", word(`<p style='margin-left:48.0pt'>内容</p>`), '<p class="ti-2">内容</p>'],
    ["blanks instead of an indent", word(`<p>&nbsp;&nbsp;&nbsp; 　　第一，认同&nbsp;&nbsp;&nbsp;&nbsp;国家</p>`), "<p>第一，认同 国家</p>"],
    ["hidden text", word(`<p>甲<span style='display:none;mso-hide:all'>暗</span></p>`), "<p>甲</p>"],
    ["a list by 一、", word(item(1, "一、", "导入") + item(1, "二、", "新授")), '<ol class="ol-cjk"><li><p>导入</p></li><li><p>新授</p></li></ol>'],
    ["a list that goes on at 3", word(item(1, "3.", "丙")), '<ol start="3"><li><p>丙</p></li></ol>'],
    ["bullets in a numbered list",
      word(item(1, "1.", "甲") + item(2, "l", "乙") + item(1, "2.", "丙")),
      "<ol><li><p>甲</p><ul><li><p>乙</p></li></ul></li><li><p>丙</p></li></ol>"],
    ["two kinds of list in a row", word(item(1, "1.", "甲") + item(1, "①", "乙")), '<ol><li><p>甲</p></li></ol><ol class="ol-circled"><li><p>乙</p></li></ol>'],
    ["lists with text between", word(item(1, "（1）", "甲") + "<p>中</p>" + item(1, "（2）", "乙")),
      '<ol class="ol-paren"><li><p>甲</p></li></ol><p>中</p><ol start="2" class="ol-paren"><li><p>乙</p></li></ol>'],
    ["a level that is skipped", word(item(3, "a.", "甲")), '<ol class="ol-lower-alpha"><li><p>甲</p></li></ol>'],
    ["a table", word(`<table border=1 style='border-collapse:collapse'><tr style='height:20pt'><td width=120 colspan=2 style='width:90pt'><p class=MsoNormal>环节<o:p></o:p></p></td></tr><tr><td><p>1</p></td><td><p>2</p></td></tr></table>`),
      '<table><tbody><tr><td colspan="2"><p>环节</p></td></tr><tr><td><p>1</p></td><td><p>2</p></td></tr></tbody></table>'],
  ])("%s", (_name, html, expected) => {
    expect(shown(html)).toBe(expected);
  });
});

describe("from WPS, WeChat and the web", () => {
  it.each([
    ["WPS", `<p style="mso-pagination:widow-orphan;text-align:left;"><span style="mso-spacerun:'yes';font-family:宋体;color:rgb(0,112,192);font-size:12.0000pt;"><font face="宋体">家国情怀</font></span></p>`, '<p><span class="c-blue">家国情怀</span></p>'],
    ["WeChat sections", `<section style="color:rgb(62,62,62)"><section><p style="text-align:center"><span style="font-weight:bold">标题</span></p></section><section>正文</section></section>`,
      '<p class="ta-center"><strong>标题</strong></p><p>正文</p>'],
    ["a page of Google Docs", `<b style="font-weight:normal" id="docs-internal-guid-1"><p><span style="font-style:italic">斜</span>正</p></b>`, "<p><em>斜</em>正</p>"],
    ["old tags", `<center><font color="#ff0000">红</font></center>`, '<p><span class="c-red">红</span></p>'],
    ["lines without paragraphs", "<div>甲</div><div>乙<br>丙</div>", "<p>甲</p><p>乙<br>丙</p>"],
    ["a link", `<a href="https://example.org/?a=1" style="color:blue;text-decoration:underline" onclick="x()">原文</a>`,
      '<p><a href="https://example.org/?a=1" target="_blank" rel="noopener noreferrer nofollow">原文</a></p>'],
    ["black and nearly black text", `<p><span style="color:#000">甲</span><span style="color:#333333">乙</span><span style="color:windowtext">丙</span></p>`, "<p>甲乙丙</p>"],
  ])("%s", (_name, html, expected) => {
    expect(shown(html)).toBe(expected);
  });

  it("a table becomes lines where no table may stand", () => {
    const html = "<table><tr><th>时间</th><th><p>活动</p><p>一</p></th></tr><tr><td>5</td><td><ul><li>读</li></ul></td></tr></table>";

    expect(shown(html, false)).toBe("<p>时间　活动 一</p><p>5　读</p>");
  });
});

describe("pictures", () => {
  const png = "data:image/png;base64,iVBORw0KGgo=";
  const ours = "0b6e1d8e-6a4f-4c1c-9d0a-0f1e2d3c4b5a";

  it("that came along are taken out to be uploaded", () => {
    const pasted = clean(`<p>甲<img src="${png}" alt="家书" width="320">乙</p>`);

    expect(pasted.pictures).toEqual([{ marker: "\ue0000\ue001", source: png, alt: "家书", width: 320 }]);
    expect(pasted.html).toBe("<p>甲\ue0000\ue001乙</p>");
  });

  it("that did not come along are counted, and leave nothing", () => {
    const pasted = clean(
      '<p><img src="file:///C:/a.png"><img src="https://mmbiz.qpic.cn/x"><img data-src="https://mmbiz.qpic.cn/y"><img src="https://a/b.gif" width="1"></p>',
    );

    expect(pasted.lost).toEqual({ local: 1, remote: 2, many: 0 });
    expect(pasted.html).toBe("<p></p>");
  });

  it.each([`/documents/pictures/${ours}`, `https://jiaoyan.example/documents/pictures/${ours}`])("of this site are known: %s", (source) => {
    expect(clean(`<img src="${source}">`).adopted).toEqual([ours]);
  });

  it("of another site are not, whatever their path says", () => {
    expect(clean(`<img src="https://evil.example/documents/pictures/${ours}">`)).toMatchObject({ adopted: [], lost: { remote: 1 } });
  });
});

describe("hostile HTML", () => {
  it.each([
    "<script>alert(1)</script>甲",
    "<img src=x onerror=alert(1)>甲",
    "<svg onload=alert(1)><foreignObject><p>x</p></foreignObject></svg>甲",
    "甲<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'></math>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>甲",
    "<a href='javascript:alert(1)'>甲</a>",
    "<a href='java&#10;script:alert(1)'>甲</a>",
    "<a href=' data:text/html,<script>1</script>'>甲</a>",
    "<form action=//evil><input name=a><button formaction=javascript:alert(1)>x</button></form>甲",
    "<p style='background:url(javascript:alert(1))'>甲</p>",
    "<p style='behavior:url(x);position:fixed' onmouseover=alert(1) class='modal show c-red'>甲</p>",
    "<template><img src=x onerror=alert(1)></template>甲",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>甲",
    "<object data=x></object><embed src=x><base href=//evil>甲",
    "<o:p onclick=alert(1)>甲</o:p>",
    "<table background=javascript:alert(1)><td background=x>甲</table>",
    "<p data-pm-slice='0 0 []'>甲</p>",
  ])("%s keeps its text and nothing else", (html) => {
    const result = shown(html);

    expect(result.replace(/<[^>]+>/g, "")).toBe("甲");
    expect(result).not.toMatch(/script|onerror|onload|onclick|onmouse|style=|src=|href=|data-pm|modal/);
  });

  it("too much of it is refused", () => {
    expect(() => clean("x".repeat(MOST_CHARACTERS + 1))).toThrow(TooLargeError);
    expect(() => clean("<i></i>".repeat(MOST_ELEMENTS + 1))).toThrow(TooLargeError);
  });

  it("a large picture does not count as text", () => {
    const picture = `data:image/png;base64,${"A".repeat(MOST_CHARACTERS + 10)}`;

    expect(clean(`<img src="${picture}">`).pictures).toHaveLength(1);
  });

  it("deeply nested elements end", () => {
    expect(shown(`${"<div>".repeat(400)}甲`)).toContain("甲");
  });
});
