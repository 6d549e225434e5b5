/** A button that opens a small menu; arrows move in it, Escape gives the focus back. */
import { el, freshId } from "./elements";

export interface Choice {
  label: string;
  /** What stands before the label: an icon, a colour spot. */
  mark?: Element | string;
  run: () => void;
  checked?: () => boolean;
  class?: string;
}

export interface Popup {
  element: HTMLElement;
  button: HTMLButtonElement;
  close(): void;
}

function item(choice: Choice, close: () => void): HTMLButtonElement {
  const button = el("button", { type: "button", role: choice.checked ? "menuitemradio" : "menuitem", tabindex: "-1", class: choice.class ?? null });
  if (choice.mark) button.append(choice.mark);
  button.append(el("span", {}, choice.label));
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    close();
    choice.run();
  });
  return button;
}

/** `choices` are made each time it opens, so that they say how things stand. */
export function popup(button: HTMLButtonElement, label: string, choices: () => Choice[], extra = ""): Popup {
  const id = freshId("menu");
  const panel = el("div", { class: `tool-menu ${extra}`.trim(), id, role: "menu", "aria-label": label, hidden: true });
  const element = el("span", { class: "tool-group-menu" }, button, panel);
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-controls", id);

  const outside = (event: Event): void => {
    if (event.target instanceof globalThis.Node && !element.contains(event.target)) close();
  };
  function close(focus = false): void {
    if (panel.hidden) return;
    panel.hidden = true;
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    if (focus) button.focus();
  }
  function open(focus: boolean): void {
    const made = choices();
    panel.replaceChildren(
      ...made.map((choice) => {
        const entry = item(choice, () => close());
        if (choice.checked) entry.setAttribute("aria-checked", String(choice.checked()));
        return entry;
      }),
    );
    panel.hidden = false;
    keepInside(panel);
    button.setAttribute("aria-expanded", "true");
    document.addEventListener("pointerdown", outside, true);
    if (focus) (panel.querySelector<HTMLElement>('[aria-checked="true"]') ?? (panel.firstElementChild as HTMLElement | null))?.focus();
  }

  button.addEventListener("click", (event) => (panel.hidden ? open(event.detail === 0) : close()));
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    event.stopPropagation();
    open(true);
  });
  panel.addEventListener("keydown", (event) => {
    event.stopPropagation();
    move(panel, event, () => close(true));
  });
  return { element, button, close: () => close() };
}

function move(panel: HTMLElement, event: KeyboardEvent, close: () => void): void {
  const entries = Array.from(panel.querySelectorAll<HTMLElement>("button"));
  const at = entries.indexOf(document.activeElement as HTMLElement);
  const step: Record<string, number> = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: entries.length - 1 };
  if (event.key === "Escape" || event.key === "Tab") close();
  const next = step[event.key];
  if (next === undefined && event.key !== "Escape") return;
  event.preventDefault();
  if (next !== undefined) entries[(next + entries.length) % entries.length]?.focus();
}

/** Where the menu would leave the window it opens to the left, and upwards if there is room. */
function keepInside(panel: HTMLElement): void {
  panel.classList.remove("leftward", "upward");
  const { right, bottom, top, height } = panel.getBoundingClientRect();
  panel.classList.toggle("leftward", right > document.documentElement.clientWidth);
  panel.classList.toggle("upward", bottom > window.innerHeight && top - height > 60);
}
