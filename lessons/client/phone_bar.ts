/** On phones the toolbar lies just above the on-screen keyboard while somebody writes. */

/** How much of the page's foot the keyboard covers; 0 where the browser shrinks the page itself. */
export function covered(viewport: { height: number; offsetTop: number }, pageHeight: number): number {
  return Math.max(0, Math.round(pageHeight - viewport.height - viewport.offsetTop));
}

export function phoneBar(page: HTMLElement): void {
  const viewport = window.visualViewport;
  const place = (): void => page.style.setProperty("--keyboard", `${viewport ? covered(viewport, window.innerHeight) : 0}px`);
  const writing = (): void => {
    const active = document.activeElement;
    page.classList.toggle("writing", active instanceof HTMLElement && active.closest(".field, .tools") !== null);
  };
  viewport?.addEventListener("resize", place);
  viewport?.addEventListener("scroll", place);
  page.addEventListener("focusin", writing);
  page.addEventListener("focusout", () => setTimeout(writing, 150)); // a menu of the bar takes the focus for a moment
  place();
}
