/** The search field of the top bar: suggestions as one types (a combobox after ARIA's pattern), the keyboard, input methods. */
import { Controller } from "@hotwired/stimulus";

import { t } from "./i18n";

interface Item {
  text: string;
  label: string;
  url: string;
}

const WAIT_MS = 120;
/** What an input method sends for a key it swallows. */
const PROCESSED = 229;

function isWritingPlace(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(?:input|textarea|select)$/i.test(target.tagName));
}

export class FindController extends Controller<HTMLFormElement> {
  static override targets = ["input", "list", "status"];
  static override values = { url: String };
  declare readonly inputTarget: HTMLInputElement;
  declare readonly listTarget: HTMLElement;
  declare readonly statusTarget: HTMLElement;
  declare readonly urlValue: string;

  private items: Item[] = [];
  private active = -1;
  private timer = 0;
  private asked: AbortController | null = null;

  override connect(): void {
    if (this.element.dataset["place"] === "top") document.addEventListener("keydown", this.onSlash);
  }

  override disconnect(): void {
    document.removeEventListener("keydown", this.onSlash);
    this.close();
  }

  typed(event: Event): void {
    this.mark(-1); // who goes on typing means the words, not the suggestion that was marked
    if (event instanceof InputEvent && event.isComposing) return; // half-typed pinyin is not searched
    this.soon(WAIT_MS);
  }

  composed(): void {
    this.soon(WAIT_MS);
  }

  focused(): void {
    this.soon(0);
  }

  /** Whoever presses into the list, its rim too, does not leave the field. */
  held(event: PointerEvent): void {
    event.preventDefault();
  }

  left(): void {
    this.close();
  }

  pressed(event: KeyboardEvent): void {
    if (event.isComposing || event.keyCode === PROCESSED) return;
    const isOpen = !this.listTarget.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (isOpen) {
        this.forget(); // the list stays as it is under somebody who walks through it
        this.move(event.key === "ArrowDown" ? 1 : -1);
      } else if (!this.asked) this.soon(0); // an answer on its way is not asked for again with each press
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault(); // the first one closes the list, the next one empties the field
      this.close();
    } else if (event.key === "Escape") {
      this.fold();
    } else if (event.key === "Enter" && isOpen && this.active >= 0) {
      event.preventDefault();
      this.choose(this.active);
    }
  }

  unfold(event: Event): void {
    event.preventDefault();
    this.open();
  }

  fold(): void {
    this.close();
    this.element.classList.remove("unfolded");
  }

  private readonly onSlash = (event: KeyboardEvent): void => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isWritingPlace(event.target)) return;
    event.preventDefault();
    this.open();
  };

  /** What was asked last is chosen, so that it goes as soon as somebody types. */
  private open(): void {
    this.element.classList.add("unfolded");
    this.inputTarget.focus();
    this.inputTarget.select();
  }

  private soon(wait: number): void {
    this.forget();
    this.timer = window.setTimeout(() => void this.ask(), wait);
  }

  /** Give up what was asked, or was about to be. */
  private forget(): void {
    window.clearTimeout(this.timer);
    this.asked?.abort();
    this.asked = null; // giving it up ends in an error, which must not close what comes next
  }

  /** An answer that is overtaken by further typing is dropped; without an answer there are no suggestions. */
  private async ask(): Promise<void> {
    const asked = new AbortController();
    this.asked = asked;
    try {
      const answer = await fetch(`${this.urlValue}?q=${encodeURIComponent(this.inputTarget.value)}`, { signal: asked.signal, headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const { items } = (await answer.json()) as { items: Item[] };
      if (this.asked === asked && document.activeElement === this.inputTarget) this.show(items);
    } catch {
      if (this.asked === asked) this.close();
    } finally {
      if (this.asked === asked) this.asked = null;
    }
  }

  private show(items: Item[]): void {
    this.items = items;
    this.listTarget.replaceChildren(...items.map((item, index) => this.option(item, index)));
    this.listTarget.hidden = items.length === 0;
    this.inputTarget.setAttribute("aria-expanded", String(items.length > 0));
    this.mark(-1);
    this.statusTarget.textContent = items.length > 0 ? t("%(count)s suggestions", { count: items.length }) : "";
  }

  private option(item: Item, index: number): HTMLElement {
    const option = document.createElement("li");
    option.id = `${this.listTarget.id}-${index}`;
    option.setAttribute("role", "option");
    const text = document.createElement("span");
    text.className = "find-text";
    text.textContent = item.text;
    const label = document.createElement("span");
    label.className = "find-label";
    label.textContent = item.label;
    option.append(text, label);
    option.addEventListener("click", () => this.choose(index));
    return option;
  }

  private move(by: number): void {
    const places = this.items.length + 1; // one of them is the field itself
    this.mark(((this.active + 1 + by + places) % places) - 1);
  }

  private mark(index: number): void {
    this.active = index;
    [...this.listTarget.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === index)));
    const option = index < 0 ? null : this.listTarget.children[index];
    if (option) {
      this.inputTarget.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView?.({ block: "nearest" });
    } else {
      this.inputTarget.removeAttribute("aria-activedescendant");
    }
  }

  private choose(index: number): void {
    const item = this.items[index];
    if (!item) return;
    this.inputTarget.value = item.text;
    this.close();
    window.location.assign(item.url);
  }

  private close(): void {
    this.forget();
    this.listTarget.hidden = true;
    this.inputTarget.setAttribute("aria-expanded", "false");
    this.mark(-1);
  }
}
