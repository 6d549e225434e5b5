/**
 * Signing in again without leaving the page, with the site's own form: nothing that was typed is lost.
 *
 * Only the person to whom the page belongs may go on: their text must never be sent as somebody else's.
 */
import { t } from "@site/i18n";

import { actions, button, openDialog, paragraph, type OpenDialog } from "./dialog";

const SIGN_IN = "/accounts/login/";

let asking: Promise<boolean> | null = null;

/** Asks until the person is signed in (true) or gives up (false); several callers share one dialog. */
export function signInAgain(person: number): Promise<boolean> {
  asking ??= ask(person).finally(() => (asking = null));
  return asking;
}

function ask(person: number): Promise<boolean> {
  return new Promise((resolve) => {
    const place = document.createElement("div");
    const fault = paragraph("", "errorlist");
    fault.setAttribute("role", "alert");
    const finish = (signedIn: boolean): void => {
      window.removeEventListener("focus", look);
      dialog.close();
      resolve(signedIn);
    };
    const answer = (page: SignInPage): void => judge(page, person, { place, fault, finish });
    const look = (): void => void probe().then((page) => page.person === person && finish(true), () => undefined);
    const elsewhere = document.createElement("a");
    elsewhere.href = SIGN_IN;
    elsewhere.target = "_blank";
    elsewhere.rel = "noopener";
    elsewhere.textContent = t("Sign in in another tab");
    const dialog: OpenDialog = openDialog(
      t("Please sign in again"),
      [paragraph(t("You were signed out. Your text is still here, and it is sent as soon as you are signed in.")), fault, place, elsewhere, actions(button(t("Later"), () => finish(false)))],
      () => finish(false),
    );
    window.addEventListener("focus", look);
    void load(SIGN_IN).then(answer, () => (fault.textContent = t("The server does not answer. Please try again in a moment.")));
  });
}

interface SignInPage {
  url: string;
  person: number | null;
  form: HTMLFormElement | null;
}

interface Asking {
  place: HTMLElement;
  fault: HTMLElement;
  finish(signedIn: boolean): void;
}

function judge(page: SignInPage, person: number, asking: Asking): void {
  if (page.person === person) {
    asking.finish(true);
    return;
  }
  asking.fault.textContent = page.person === null ? "" : t("This page belongs to somebody else's account. Please sign in as the person who opened it.");
  if (page.form) asking.place.replaceChildren(adopt(page, person, asking));
}

/** The form of a page of the site, sent without leaving this page. */
function adopt(page: SignInPage, person: number, asking: Asking): HTMLFormElement {
  const form = document.importNode(page.form as HTMLFormElement, true);
  const action = new URL(form.getAttribute("action") || page.url, page.url).href;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const body = new URLSearchParams();
    new FormData(form).forEach((value, name) => body.append(name, String(value)));
    const submitter = event.submitter as HTMLButtonElement | null;
    if (submitter?.name) body.append(submitter.name, submitter.value);
    void load(action, body).then(
      (next) => judge(next, person, asking),
      () => (asking.fault.textContent = t("The server does not answer. Please try again in a moment.")),
    );
  });
  queueMicrotask(() => form.querySelector<HTMLElement>("input:not([type=hidden])")?.focus());
  return form;
}

/** Who is signed in, asked of the site's first page. */
function probe(): Promise<SignInPage> {
  return load("/");
}

async function load(url: string, body?: URLSearchParams): Promise<SignInPage> {
  const response = await fetch(url, { credentials: "same-origin", ...(body ? { method: "POST", body } : {}) });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const person = page.body.dataset.person;
  renewTokens(page);
  const form = [...page.querySelectorAll("form")].find((candidate) => candidate.method === "post" && candidate.querySelector("input:not([type=hidden])"));
  return { url: response.url || url, person: person ? Number(person) : null, form: form ?? null };
}

/** Django renews the token at sign-in; the forms of this page get the new one. */
function renewTokens(page: Document): void {
  const token = page.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value;
  if (!token) return;
  for (const input of document.querySelectorAll<HTMLInputElement>("input[name=csrfmiddlewaretoken]")) input.value = token;
}
