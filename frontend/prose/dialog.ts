/** A small dialog with a form, made when it is asked for. */
import { t } from "@site/i18n";

import { el, freshId } from "./elements";

export interface Question {
  title: string;
  fields: HTMLElement[];
  confirm: string;
  /** A second thing to do, such as taking a link away; the answer is then "other". */
  other?: string;
  /** A sentence if what stands in the form cannot be taken. */
  check?: () => string | null;
  /** What the answer needs and may still be on its way; the dialog keeps the keyboard until it is here. False: it never comes. */
  ready?: Promise<boolean>;
  class?: string;
  /** What is confirmed destroys: the focus is on the button to cancel. */
  careful?: boolean;
  /** Something to read: no button to cancel. */
  plain?: boolean;
}

export type Answer = "confirm" | "other" | "cancel";

/** A labelled control with an explanation. */
export function row(label: string, control: HTMLElement, help = ""): HTMLElement {
  const id = freshId("input");
  control.id = id;
  const note = help ? el("span", { class: "help", id: `${id}-help` }, help) : null;
  if (note) control.setAttribute("aria-describedby", note.id);
  return el("div", { class: "fieldrow" }, el("label", { for: id }, label), control, note);
}

/** Ask, and give the focus back to where it was. */
export function ask({ title, fields, confirm, other, check, ready, class: extra = "", careful = false, plain = false }: Question): Promise<Answer> {
  const before = document.activeElement;
  const heading = el("h2", { id: freshId("dialog") }, title);
  const fault = el("p", { class: "errorlist", role: "alert" });
  const form = el("form", { method: "dialog", class: "form", novalidate: true }, heading, ...fields, fault, buttons(confirm, other, plain, careful));
  const dialog = el("dialog", { class: `ask ${extra}`.trim(), "aria-labelledby": heading.id }, form);
  document.body.append(dialog);
  return new Promise((resolve) => {
    const finish = (answer: Answer): void => {
      dialog.remove();
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
      resolve(answer);
    };
    let pressed: Answer = "confirm"; // Safari before 15.4 does not say which button sent the form
    let here = ready === undefined;
    let waits = false;
    const take = (answer: Answer): void => {
      const problem = answer === "confirm" ? (check?.() ?? null) : null;
      waits = answer === "confirm" && problem === null && !here;
      fault.textContent = waits ? t("One moment…") : (problem ?? "");
      if (!waits && problem === null) finish(answer);
    };
    void ready?.then((comes) => {
      here = true;
      if (waits && dialog.isConnected) take(comes ? "confirm" : "cancel");
    });
    form.addEventListener("click", ({ target }) => {
      if (target instanceof Element) pressed = (target.closest<HTMLButtonElement>("button[type=submit]")?.value ?? "confirm") as Answer;
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      take(pressed);
    });
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      finish("cancel");
    });
    dialog.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape" && !event.isComposing) finish("cancel");
    });
    show(dialog);
    (dialog.querySelector<HTMLElement>("input, textarea, select") ?? dialog.querySelector<HTMLElement>(careful ? "[value=cancel]" : "button"))?.focus();
  });
}

function buttons(confirm: string, other: string | undefined, plain: boolean, careful: boolean): HTMLElement {
  const button = (value: Answer, label: string, look = ""): HTMLElement => el("button", { type: "submit", value, class: `btn1 ${look}`.trim() }, label);
  return el(
    "div",
    { class: "actions" },
    button("confirm", confirm, careful ? "danger" : "go"),
    other ? button("other", other) : null,
    plain ? null : button("cancel", t("Cancel")),
  );
}

/** Safari before 15.4 has no modal dialogs: there it stands over the page without dimming it. */
function show(dialog: HTMLDialogElement): void {
  if (typeof dialog.showModal === "function") dialog.showModal();
  else dialog.setAttribute("open", "");
}
