/** Whether everything is saved, in the page's corner and, not too often, for screen readers. */
import { t } from "@site/i18n";
import { adviceText, readingText, statusText, type ReadOnly, type SaveStatus, type Signal } from "@live/index";
import { icon } from "@prose/elements";
import { toast } from "@prose/toast";
import eye from "@icons/eye.svg?raw";
import saved from "@icons/cloud-check.svg?raw";
import offline from "@icons/cloud-off.svg?raw";
import saving from "@icons/cloud-up.svg?raw";
import failed from "@icons/alert-triangle.svg?raw";

import { readOnlyText } from "./read_only";

const ICONS = { saved, saving, offline, failed, reading: eye };

/** A state that lasts shorter than this is not spoken. */
const SPOKEN_AFTER = 2000;

export class SaveState {
  private spoken = "";
  private drawn = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly text: HTMLElement;

  constructor(
    private readonly corner: HTMLElement,
    private readonly voice: HTMLElement,
    private readonly status: Signal<SaveStatus>,
    private readonly readOnly: Signal<ReadOnly>,
    private readonly onAdvice: (advice: string, status: SaveStatus) => void,
  ) {
    this.text = corner.querySelector("[data-save-text]")!;
    status.subscribe((now) => this.show(now));
    readOnly.subscribe(() => this.show(status.value));
    this.follow();
    corner.addEventListener("click", () => toast(this.advice(), { seconds: 8 }));
  }

  /** When its place has been scrolled away it stands at the window's edge: who writes below must see it too. */
  private follow(): void {
    if (!("IntersectionObserver" in window) || !this.corner.parentElement) return;
    new IntersectionObserver(([place]) => this.corner.classList.toggle("away", place?.isIntersecting === false)).observe(this.corner.parentElement);
  }

  private show(now: SaveStatus): void {
    const reading = this.readOnly.value.value && !now.unsaved;
    const state = reading && now.state === "saved" ? "reading" : now.state;
    if (this.corner.dataset.state !== state || !this.drawn) this.corner.querySelector("svg")?.replaceWith(icon(ICONS[state], "s"));
    this.drawn = true;
    this.corner.dataset.state = state;
    const text = reading ? readingText(now) : statusText(now);
    this.text.textContent = text;
    this.corner.title = this.advice();
    this.onAdvice(adviceText(now), now);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.say(now, text), SPOKEN_AFTER);
  }

  private advice(): string {
    const { readOnly, status } = this;
    const hindered = readOnly.value.value || readOnly.value.cause !== null;
    if (hindered && status.value.state === "saved") return readOnlyText(readOnly.value);
    return adviceText(status.value) || t("Everything you write is saved by itself.");
  }

  /** Saving and saved again is what the page always does; only the first 已保存 after trouble is worth a word. */
  private say(now: SaveStatus, text: string): void {
    if (now.state === "saving" || now.state === this.spoken) return;
    const first = this.spoken === "" && now.state === "saved";
    this.spoken = now.state;
    if (first) return;
    const well = this.readOnly.value.value ? t("Connected again.") : t("Everything is saved.");
    this.voice.textContent = now.state === "saved" ? well : `${text} ${adviceText(now)}`.trim();
  }
}
