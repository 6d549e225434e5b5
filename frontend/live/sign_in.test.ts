import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { signInAgain } from "./sign_in";
import { eventually } from "./testing/eventually";

const FORM = `<main><form method="post" action="/accounts/login/"><input type="hidden" name="csrfmiddlewaretoken" value="new">
<input name="login"><input type="password" name="password"><button>登录</button></form></main>`;
const CODE = `<main><form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="newer"><input name="code"><button>验证</button></form></main>`;

function page(html: string, person?: number): string {
  return `<!doctype html><body${person === undefined ? "" : ` data-person="${person}"`}>${html}</body>`;
}

let asked: [string, string | null][];
let answers: string[];

beforeEach(() => {
  asked = [];
  answers = [];
  document.body.innerHTML = `<form><input type="hidden" name="csrfmiddlewaretoken" value="old"></form><p contenteditable>没有丢</p>`;
  vi.stubGlobal("fetch", (url: string, init?: RequestInit) => {
    asked.push([new URL(url, "http://site").pathname, init?.body ? String(init.body) : null]);
    const html = answers.shift();
    return html === undefined ? Promise.reject(new TypeError("network")) : Promise.resolve({ url: `http://site${new URL(url, "http://site").pathname}`, text: () => Promise.resolve(html) });
  });
});

afterEach(() => vi.unstubAllGlobals());

async function fill(values: Record<string, string>): Promise<void> {
  await eventually(() => expect(document.querySelector("dialog form")).not.toBe(null));
  for (const [name, value] of Object.entries(values)) (document.querySelector(`dialog [name=${name}]`) as HTMLInputElement).value = value;
  document.querySelector("dialog form")?.dispatchEvent(new Event("submit", { cancelable: true }));
}

describe("signing in again", () => {
  test("happens in the page, with the site's form, and renews its tokens", async () => {
    answers = [page(FORM), page("<form method=post><input type=hidden name=csrfmiddlewaretoken value=renewed></form>", 7)];

    const done = signInAgain(7);
    await fill({ login: "100001", password: "geheim" });

    expect(await done).toBe(true);
    expect(asked).toEqual([
      ["/accounts/login/", null],
      ["/accounts/login/", "csrfmiddlewaretoken=new&login=100001&password=geheim"],
    ]);
    expect(document.querySelector("dialog")).toBe(null);
    expect((document.querySelector("[name=csrfmiddlewaretoken]") as HTMLInputElement).value).toBe("renewed");
    expect(document.querySelector("p")?.textContent).toBe("没有丢");
  });

  test("goes through a second step", async () => {
    answers = [page(FORM), page(CODE), page("", 7)];

    const done = signInAgain(7);
    await fill({ login: "100001" });
    await eventually(() => expect(document.querySelector("dialog [name=code]")).not.toBe(null));
    await fill({ code: "123456" });

    expect(await done).toBe(true);
    expect(asked[2]).toEqual(["/accounts/login/", "csrfmiddlewaretoken=newer&code=123456"]);
  });

  test("does not go on as somebody else", async () => {
    answers = [page(FORM), page(FORM, 8)];

    const done = signInAgain(7);
    await fill({ login: "100002" });
    await eventually(() => expect(document.querySelector("dialog [role=alert]")?.textContent).toMatch(/somebody else's account/));
    [...document.querySelectorAll<HTMLButtonElement>("dialog button")].find((button) => button.textContent === "Later")?.click();

    expect(await done).toBe(false);
  });

  test("notices a sign-in in another tab", async () => {
    answers = [page(FORM), page("", 7)];

    const done = signInAgain(7);
    await eventually(() => expect(document.querySelector("dialog form")).not.toBe(null));
    window.dispatchEvent(new Event("focus"));

    expect(await done).toBe(true);
  });

  test("is asked once for several that need it", async () => {
    answers = [page(FORM), page("", 7)];

    const both = Promise.all([signInAgain(7), signInAgain(7)]);
    await eventually(() => expect(document.querySelectorAll("dialog").length).toBe(1));
    await fill({ login: "100001" });

    expect(await both).toEqual([true, true]);
  });

  test("says when the server does not answer", async () => {
    const done = signInAgain(7);
    await eventually(() => expect(document.querySelector("dialog [role=alert]")?.textContent).not.toBe(""));
    [...document.querySelectorAll<HTMLButtonElement>("dialog button")].find((button) => button.textContent === "Later")?.click();

    expect(await done).toBe(false);
  });
});
