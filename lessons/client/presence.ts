/** Who is here, and where: round signs at the top, a list at the side, a name beside the field somebody is in. */
import type { Awareness } from "y-protocols/awareness";
import { t } from "@site/i18n";
import { el } from "@prose/elements";

export interface Present {
  id: number;
  name: string;
  color: string;
  /** The field the person is in, if any. */
  field: string | null;
  /** This very person, in this or another tab. */
  self: boolean;
}

const COLOR = /^#[0-9a-f]{6}$/i;
const MOST_SIGNS = 5;

interface State {
  user?: { id?: number; name?: unknown; color?: unknown };
  cursor?: { field?: unknown } | null;
}

/** One entry a person, however many tabs; the tab with a caret says where. Oneself comes first, then by name. */
export function present(states: ReadonlyMap<number, unknown>, own: { client: number; person: number }): Present[] {
  const people = new Map<number, Present>();
  for (const [client, value] of states) {
    const { user, cursor } = value as State;
    if (typeof user?.id !== "number" || typeof user.name !== "string") continue;
    const field = client !== own.client && typeof cursor?.field === "string" ? cursor.field : null;
    const color = typeof user.color === "string" && COLOR.test(user.color) ? user.color : "#59636e";
    const known = people.get(user.id);
    people.set(user.id, { id: user.id, name: user.name.slice(0, 60), color, field: known?.field ?? field, self: user.id === own.person });
  }
  return [...people.values()].sort((a, b) => Number(b.self) - Number(a.self) || a.name.localeCompare(b.name, "zh"));
}

/** The names of the others who are in a field whose name begins so. */
export function writing(states: ReadonlyMap<number, unknown>, person: number, prefix: string): string[] {
  const names = new Map<number, string>();
  for (const value of states.values()) {
    const { user, cursor } = value as State;
    if (typeof user?.id !== "number" || typeof user.name !== "string" || user.id === person) continue;
    if (typeof cursor?.field === "string" && cursor.field.startsWith(prefix)) names.set(user.id, user.name.slice(0, 60));
  }
  return [...names.values()].sort((a, b) => a.localeCompare(b, "zh"));
}

/** What stands in somebody's round sign: the given name's first character. */
export const initial = (name: string): string => Array.from(name.trim())[1] ?? name.trim().slice(0, 1);

function sign(person: Present, hidden = false): HTMLElement {
  const made = el("span", hidden ? { class: "av", "aria-hidden": "true" } : { class: "av", role: "img", title: person.name, "aria-label": person.name }, initial(person.name));
  made.style.backgroundColor = person.color;
  return made;
}

export interface PresencePlaces {
  avatars: HTMLElement;
  list: HTMLElement;
  /** What the field is called: «教学目标», «第 2 步 · 教师活动». */
  nameOf(field: string): string;
  /** The field's element, to go there and to show a name beside it. */
  hostOf(field: string): HTMLElement | null;
  /** Show in the contents who is in which section. */
  onChange(people: readonly Present[]): void;
}

export class Presence {
  private marked: HTMLElement[] = [];
  private drawn = "";

  constructor(
    private readonly awareness: Awareness,
    private readonly person: number,
    private readonly places: PresencePlaces,
  ) {
    awareness.on("change", () => this.draw());
    this.draw();
  }

  /** `anew` also when nobody moved: what the fields are called may have changed. */
  draw(anew = false): void {
    const people = present(this.awareness.getStates(), { client: this.awareness.clientID, person: this.person });
    const now = JSON.stringify(people);
    if (now === this.drawn && !anew) return;
    this.drawn = now;
    this.signs(people);
    this.places.list.replaceChildren(...people.map((person) => this.entry(person)));
    this.mark(people);
    this.places.onChange(people);
  }

  private signs(people: readonly Present[]): void {
    const shown = people.slice(0, MOST_SIGNS).map((person) => sign(person));
    const more = people.length - MOST_SIGNS;
    if (more > 0) shown.push(el("span", { class: "av more", role: "img", "aria-label": t("%(count)s more", { count: more }) }, `+${more}`));
    this.places.avatars.replaceChildren(...shown);
  }

  private entry(person: Present): HTMLElement {
    const name = el("span", { class: "here-name" }, person.self ? t("%(name)s (you)", { name: person.name }) : person.name);
    const entry = el("li", {}, sign(person, true), name);
    const { field } = person;
    if (field === null || person.self) return entry;
    const go = el("button", { type: "button", class: "here-where" }, this.places.nameOf(field));
    go.addEventListener("click", () => this.places.hostOf(field)?.scrollIntoView({ block: "center" }));
    entry.append(go);
    return entry;
  }

  /** Beside a field without an editor a name says who is in it; in an editor the caret does. */
  private mark(people: readonly Present[]): void {
    for (const host of this.marked) {
      host.classList.remove("present");
      delete host.dataset.who;
    }
    this.marked = [];
    for (const { field, name, color, self } of people) {
      const host = field === null || self ? null : this.places.hostOf(field);
      if (!host) continue;
      host.dataset.who = host.dataset.who ? `${host.dataset.who}、${name}` : name;
      host.classList.add("present");
      host.style.setProperty("--who", color);
      this.marked.push(host);
    }
  }
}
