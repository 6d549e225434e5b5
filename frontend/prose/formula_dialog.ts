/**
 * Writing a formula: LaTeX with a preview, and buttons for what schools need most.
 *
 * The dialog opens at once and takes what is typed; KaTeX draws in it when it has come.
 */
import { NodeSelection } from "prosemirror-state";
import { t } from "@site/i18n";

import { insert } from "./commands";
import { ask, row } from "./dialog";
import { el } from "./elements";
import type { ProseField } from "./field";

type KaTeX = typeof import("./typeset");

const SAMPLES = ["\\frac{a}{b}", "x^2", "x_1", "\\sqrt{x}", "\\times", "\\div", "\\pm", "\\le", "\\ge", "\\ne", "\\pi", "\\angle", "\\triangle", "\\parallel", "\\perp", "\\overrightarrow{AB}", "\\sum_{i=1}^{n}", "\\int_a^b", "\\rightarrow"];

export async function askForFormula(field: ProseField): Promise<void> {
  const view = field.mount();
  if (!view) return;
  const { selection } = view.state;
  const chosen = selection instanceof NodeSelection && selection.node.type.name === "formula" ? selection.node : null;
  const source = el("textarea", { rows: "3", maxlength: "2000", spellcheck: "false", autocapitalize: "off" });
  source.value = (chosen?.attrs.latex as string | undefined) ?? "";
  const preview = el("div", { class: "formula-preview", "aria-live": "polite" });
  let katex: KaTeX | null = null;
  const show = (): void => katex?.typeset(source.value || "\\;", preview);
  const choices = samples(source, show);
  source.addEventListener("input", show);
  void import("./typeset").then(
    (come) => {
      katex = come;
      for (const place of Array.from(choices.querySelectorAll<HTMLElement>("[data-latex]"))) come.typeset(place.dataset.latex!, place);
      show();
    },
    () => undefined, // without a network the formula stands there as it was typed
  );
  const answer = await ask({
    title: chosen ? t("Change formula") : t("Insert formula"),
    fields: [row(t("Formula in LaTeX"), source), choices, preview],
    confirm: t("OK"),
    class: "wide",
    check: () => problem(source.value, katex),
  });
  if (answer === "confirm") field.run(insert("formula", { latex: source.value.trim() }));
}

function problem(latex: string, katex: KaTeX | null): string | null {
  if (!latex.trim()) return t("Please write a formula.");
  const found = katex?.fault(latex);
  return found ? t("This formula cannot be read: %(fault)s", { fault: found }) : null;
}

function samples(source: HTMLTextAreaElement, show: () => void): HTMLElement {
  const buttons = SAMPLES.map((latex) => {
    const drawn = el("span", { "aria-hidden": "true", "data-latex": latex }, latex);
    const button = el("button", { type: "button", class: "btn1" }, el("span", { class: "visually-hidden" }, latex), drawn);
    button.addEventListener("click", () => {
      source.setRangeText(latex, source.selectionStart, source.selectionEnd, "end");
      show();
      source.focus();
    });
    return button;
  });
  return el("div", { class: "formula-samples", role: "group", "aria-label": t("Common symbols") }, ...buttons);
}
