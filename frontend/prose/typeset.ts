/** KaTeX, loaded when the first formula is shown. `render`, not `renderToString`: its styles go through the CSSOM. */
import katex from "katex";
import "katex/dist/katex.min.css";

export function typeset(latex: string, host: HTMLElement): void {
  katex.render(latex, host, { throwOnError: false, trust: false, strict: "ignore", maxExpand: 200, maxSize: 20 });
}

/** What is wrong with a formula, or null. */
export function fault(latex: string): string | null {
  try {
    katex.renderToString(latex, { throwOnError: true, trust: false, strict: "ignore", maxExpand: 200, maxSize: 20 });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^KaTeX parse error: /, "") : String(error);
  }
}
