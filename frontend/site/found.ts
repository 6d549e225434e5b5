/** The page of results: filters beside it, which are a sheet on a phone, and a word to the server about what was opened. */
import { Controller } from "@hotwired/stimulus";

const NARROW = "(max-width: 767.98px)";

/** Filters: sent as they are chosen where there is room beside the results, with a button where they cover them. */
export class NarrowController extends Controller<HTMLDetailsElement> {
  static override targets = ["form"];
  declare readonly formTarget: HTMLFormElement;
  private readonly media = window.matchMedia(NARROW);

  private readonly onWidth = (): void => {
    this.element.open = !this.media.matches;
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && this.media.matches && this.element.open) this.shut();
  };

  override connect(): void {
    this.element.classList.add("live");
    this.onWidth();
    this.media.addEventListener?.("change", this.onWidth);
    this.element.addEventListener("keydown", this.onKey);
  }

  override disconnect(): void {
    this.media.removeEventListener?.("change", this.onWidth);
    this.element.removeEventListener("keydown", this.onKey);
  }

  changed(): void {
    if (this.media.matches) return;
    this.formTarget.requestSubmit ? this.formTarget.requestSubmit() : this.formTarget.submit();
  }

  shut(): void {
    this.element.open = false;
    this.element.querySelector("summary")?.focus();
  }

  /** What is empty does not stand in the address. */
  tidy(event: Event): void {
    const parameters = (event as CustomEvent<{ parameters: Record<string, unknown> }>).detail.parameters;
    for (const name of Object.keys(parameters)) if (parameters[name] === "") delete parameters[name];
  }
}

/** Tells the server the rank of a result that is opened, also in a new tab; nobody waits for it. */
export class OpenedController extends Controller<HTMLElement> {
  static override values = { url: String, token: String };
  declare readonly urlValue: string;
  declare readonly tokenValue: string;

  tell(event: MouseEvent): void {
    if (event.button > 1 || !(event.target instanceof Element)) return;
    const hit = event.target.closest("a[href]")?.closest<HTMLElement>("[data-rank]");
    const { rank, kind } = hit?.dataset ?? {};
    const csrf = this.element.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value;
    if (!rank || !kind || !csrf || event.target.closest(".why")) return;
    const told = new FormData();
    for (const [name, value] of Object.entries({ csrfmiddlewaretoken: csrf, token: this.tokenValue, kind, rank })) told.append(name, value);
    navigator.sendBeacon?.(this.urlValue, told);
  }
}
