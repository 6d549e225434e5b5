/** Whether everything is saved, in the page's corner and, not too often, for screen readers. */
import { t } from "@site/i18n";
import { adviceText, statusText, type ReadOnly, type SaveStatus, type Signal } from "@live/index";
import { icon } from "@prose/elements";
import { toast } from "@prose/toast";
import eye from "@icons/eye.svg?raw";
import saved from "@icons/cloud-check.svg?raw";
import offline from "@icons/cloud-off.svg?raw";
import saving from "@icons/cloud-up.svg?raw";
import failed from "@icons/alert-triangle.svg?raw";

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
    corner.addEventListener("click", () => toast(this.advice(), { seconds: 8 }));
  }

  private show(now: SaveStatus): void {
    const reading = this.readOnly.value.value && !now.unsaved;
    const state = reading ? "reading" : now.state;
    if (this.corner.dataset.state !== state || !this.drawn) this.corner.querySelector("svg")?.replaceWith(icon(ICONS[state], "s"));
    this.drawn = true;
    this.corner.dataset.state = state;
    this.text.textContent = reading ? t("Read only") : statusText(now);
    this.corner.title = this.advice();
    this.onAdvice(reading ? "" : adviceText(now), now);
    clearTimeout(this.timer);
    if (!reading) this.timer = setTimeout(() => this.say(now), SPOKEN_AFTER);
  }

  private advice(): string {
    const { readOnly, status } = this;
    if (readOnly.value.value && !status.value.unsaved) return readOnly.value.reason || t("You can read this plan, but not write in it just now.");
    return adviceText(status.value) || t("Everything you write is saved by itself.");
  }

  /** Saving and saved again is what the page always does; only the first 已保存 after trouble is worth a word. */
  private say(now: SaveStatus): void {
    if (now.state === "saving" || now.state === this.spoken) return;
    const first = this.spoken === "" && now.state === "saved";
    this.spoken = now.state;
    if (!first) this.voice.textContent = now.state === "saved" ? t("Everything is saved.") : `${statusText(now)} ${adviceText(now)}`.trim();
  }
}
