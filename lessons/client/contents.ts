/** 目录: where one is, which sections are still empty, and who is in which. */
import { t } from "@site/i18n";
import { el } from "@prose/elements";

import { initial, type Present } from "./presence";

interface Entry {
  link: HTMLElement;
  part: HTMLElement;
  blank: boolean;
}

/** How far below the top edge a section counts as the current one. */
const READING_LINE = 140;

export class Contents {
  private readonly entries = new Map<string, Entry>();
  private frame = 0;

  constructor(
    nav: HTMLElement,
    private readonly count: HTMLElement,
  ) {
    for (const link of Array.from(nav.querySelectorAll<HTMLElement>("[data-toc]"))) {
      const part = document.getElementById(`part-${link.dataset.toc!}`);
      if (part) this.entries.set(link.dataset.toc!, { link, part, blank: false });
    }
    window.addEventListener("scroll", this.soon, { passive: true });
    this.soon();
  }

  /** Say whether a section has anything in it. */
  setBlank(key: string, blank: boolean): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    entry.blank = blank;
    entry.link.querySelector<HTMLElement>("[data-toc-blank]")!.hidden = !blank;
    const written = [...this.entries.values()].filter((one) => !one.blank).length;
    this.count.textContent = t("%(written)s of %(all)s written", { written, all: this.entries.size });
  }

  showPeople(people: readonly Present[], sectionOf: (field: string) => string): void {
    for (const [key, { link }] of this.entries) {
      const here = people.filter((person) => !person.self && person.field !== null && sectionOf(person.field) === key);
      const signs = here.slice(0, 3).map((person) => {
        const sign = el("span", { class: "dot-who", title: person.name, "aria-label": person.name, role: "img" }, initial(person.name));
        sign.style.backgroundColor = person.color;
        return sign;
      });
      link.querySelector("[data-toc-who]")!.replaceChildren(...signs);
    }
  }

  private readonly soon = (): void => {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.find());
  };

  private find(): void {
    const entries = [...this.entries.values()];
    const end = window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 4;
    const above = entries.filter(({ part }) => part.getBoundingClientRect().top <= READING_LINE);
    const current = end && above.length > 1 ? entries[entries.length - 1] : (above[above.length - 1] ?? entries[0]);
    for (const entry of entries) {
      if (entry === current) entry.link.setAttribute("aria-current", "location");
      else entry.link.removeAttribute("aria-current");
    }
  }
}
