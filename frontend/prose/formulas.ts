/** Formulas: their LaTeX until KaTeX has come, then as they print. */
import type { Node } from "prosemirror-model";
import type { NodeView } from "prosemirror-view";

type Typeset = (latex: string, host: HTMLElement) => void;

let loaded: Promise<Typeset> | null = null;

function load(): Promise<Typeset> {
  loaded ??= import("./typeset").then((module) => module.typeset);
  return loaded;
}

/** Draw a formula; while KaTeX is on its way, and if it never comes, its source stands there. */
export function draw(host: HTMLElement, latex: string): void {
  host.textContent = latex;
  load().then(
    (typeset) => host.dataset.latex === latex && typeset(latex, host),
    () => (loaded = null),
  );
}

/** Draw all formulas of a static field. */
export function drawAll(root: ParentNode): void {
  for (const host of Array.from(root.querySelectorAll<HTMLElement>("span.formula"))) draw(host, host.dataset.latex ?? "");
}

/** In the editor a formula is one piece; it is changed in a dialog. */
export class FormulaView implements NodeView {
  readonly dom = document.createElement("span");

  constructor(node: Node) {
    this.dom.className = "formula";
    this.draw(node);
  }

  update(node: Node): boolean {
    if (node.type.name !== "formula") return false;
    if (node.attrs.latex !== this.dom.dataset.latex) this.draw(node);
    return true;
  }

  ignoreMutation(): boolean {
    return true;
  }

  private draw(node: Node): void {
    this.dom.dataset.latex = node.attrs.latex as string;
    draw(this.dom, node.attrs.latex as string);
  }
}
