/** A dialog over the page, for what cannot wait; the page under it stays as it is. */

export interface OpenDialog {
  element: HTMLDialogElement;
  close(): void;
}

/** Shows `content` under a heading; `cancel` is called when Escape closes it, and not at all if it must not. */
export function openDialog(heading: string, content: HTMLElement[], cancel?: () => void): OpenDialog {
  const before = document.activeElement;
  const element = document.createElement("dialog");
  const title = document.createElement("h2");
  title.id = `live-dialog-${Math.random().toString(36).slice(2)}`;
  title.textContent = heading;
  element.className = "live-dialog";
  element.setAttribute("aria-labelledby", title.id);
  element.append(title, ...content);
  document.body.append(element);
  const close = (): void => {
    element.remove();
    if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  };
  element.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (!cancel) return;
    close();
    cancel();
  });
  show(element);
  return { element, close };
}

/** Safari before 15.4 has no modal dialogs: there it stands over the page without dimming it. */
function show(element: HTMLDialogElement): void {
  if (typeof element.showModal === "function") element.showModal();
  else element.setAttribute("open", "");
}

export function paragraph(text: string, name = ""): HTMLParagraphElement {
  const element = document.createElement("p");
  element.textContent = text;
  if (name) element.className = name;
  return element;
}

export function button(label: string, act: () => void, main = false): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.className = main ? "btn1 go" : "btn1";
  element.textContent = label;
  element.addEventListener("click", act);
  return element;
}

export function actions(...buttons: HTMLElement[]): HTMLElement {
  const element = document.createElement("div");
  element.className = "actions";
  element.append(...buttons);
  return element;
}
