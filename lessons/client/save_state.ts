/** Whether everything is saved, in the page's corner and, not too often, for screen readers. */
import { t } from "@site/i18n";
import { adviceText, statusText, type SaveStatus, type Signal } from "@live/index";
import { icon } from "@prose/elements";
import { toast } from "@prose/toast";
import saved from "@icons/cloud-check.svg?raw";
import offline from "@icons/cloud-off.svg?raw";
import saving from "@icons/cloud-up.svg?raw";
import failed from "@icons/alert-triangle.svg?raw";

const ICONS = { saved, saving, offline, failed };

/** A state that lasts shorter than this is not spoken. */
const SPOKEN_AFTER = 2000;

export class SaveState {
  private spoken = "";
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly text: HTMLElement;

  constructor(
    private readonly corner: HTMLElement,
    private readonly voice: HTMLElement,
    status: Signal<SaveStatus>,
    private readonly onAdvice: (advice: string, status: SaveStatus) => void,
  ) {
    this.text = corner.querySelector("[data-save-text]")!;
    status.subscribe((now) => this.show(now));
    corner.addEventListener("click", () => toast(adviceText(status.value) || t("Everything you write is saved by itself."), { seconds: 8 }));
  }

  private show(now: SaveStatus): void {
    const advice = adviceText(now);
    if (this.corner.dataset.state !== now.state || !this.corner.querySelector("svg")) this.corner.querySelector("svg")?.replaceWith(icon(ICONS[now.state], "s"));
    this.corner.dataset.state = now.state;
    this.text.textContent = statusText(now);
    this.corner.title = advice;
    this.onAdvice(advice, now);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.say(now), SPOKEN_AFTER);
  }

  /** Saving and saved again is what the page always does; only the first 已保存 after trouble is worth a word. */
  private say(now: SaveStatus): void {
    if (now.state === "saving" || now.state === this.spoken) return;
    const first = this.spoken === "" && now.state === "saved";
    this.spoken = now.state;
    if (!first) this.voice.textContent = now.state === "saved" ? t("Everything is saved.") : `${statusText(now)} ${adviceText(now)}`.trim();
  }
}
