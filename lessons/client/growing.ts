/** A text area that is as high as its text, and takes no line breaks: a title, a fact, the name of a step. */

export function grow(area: HTMLTextAreaElement): void {
  area.style.height = "auto";
  if (area.scrollHeight) area.style.height = `${area.scrollHeight}px`;
}

export function growing(area: HTMLTextAreaElement): void {
  area.addEventListener("input", () => grow(area));
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing && event.keyCode !== 229) event.preventDefault();
  });
  grow(area);
}

/** White space folded, without line breaks. */
export const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();
