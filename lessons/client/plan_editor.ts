/** The plan page (教案): the shared document, its fields and steps, the columns, and who is here. */
import "./plan_editor.scss";
import { t } from "@site/i18n";
import { openLiveDocument, undoKeys, type LiveDocument, type LiveEvent, type SaveStatus, type Visit } from "@live/index";
import type { Binding } from "@prose/binding";
import { servePicturesFrom } from "@prose/dom";
import type { ProseField } from "@prose/field";
import { drawAll } from "@prose/formulas";
import { composing } from "@prose/keys";
import { atRest, later } from "@prose/later";
import { MENDS, mendsTables } from "@prose/mender";
import { pictureStore } from "@prose/picture_store";
import { schema } from "@prose/schema";
import { toast } from "@prose/toast";
import { Workbench } from "@prose/workbench";

import { Contents } from "./contents";
import { lostSteps } from "./earlier";
import { Facts } from "./facts";
import { copyText, Notices } from "./notices";
import { csrfToken, KNOWN_SCHEMA, readGrades, readPage, readSuggestions, type PlanPage } from "./page";
import { phoneBar } from "./phone_bar";
import { Presence, writing } from "./presence";
import { readOnlyNotice, saysWhy } from "./read_only";
import { SaveState } from "./save_state";
import { fieldKey, sectionOf } from "./sections";
import type { Steps } from "./steps";
import { StepsTable } from "./steps_table";
import { tellControls } from "./whereabouts";

const one = <E extends HTMLElement = HTMLElement>(selector: string): E | null => document.querySelector<E>(selector);

/** What loading the page again mends. */
const STALE: ReadonlySet<SaveStatus["reason"]> = new Set(["other_epoch", "refused", "schema"] as const);

class PlanEditor {
  private readonly live: LiveDocument;
  private readonly notices = new Notices(one("[data-notices]")!);
  private readonly contents = new Contents(one(".toc")!, one("[data-toc-count]")!);
  private readonly bench: Workbench;
  private readonly facts: Facts;
  private steps: StepsTable | null = null;
  private visits: readonly Visit[] = [];
  private presence: Presence | null = null;
  private readonly again = { label: t("Load the page again"), run: () => location.reload() };
  private writable = false;
  private ready = false;
  private toldOfFull = false;

  constructor(private readonly page: PlanPage) {
    const { kind, key, epoch, person, title, urls } = page;
    servePicturesFrom(urls.pictures_base);
    this.live = openLiveDocument({ kind, key, epoch, schema: KNOWN_SCHEMA, person, canWrite: page.level === "write", title, page: location.pathname });
    this.bench = this.makeBench();
    this.facts = new Facts(this.live, page, { values: readSuggestions(), grades: readGrades(), catalogue: page.level === "write" ? urls.textbooks : "" }, () => this.steps?.showSum());
    one("[data-toolbar]")?.append(this.bench.toolbar.element);
    new SaveState(one("[data-save]")!, one("[data-save-spoken]")!, this.live.status, this.live.readOnly, (advice, status) => this.advise(advice, status));
    this.live.readOnly.subscribe(() => this.setWritable());
    this.live.synced.subscribe((synced) => synced && this.begin());
    this.live.onEvent((event) => this.told(event));
    this.live.undo.onJump((field) => this.jump(field));
    this.listen();
    drawAll(document);
    atRest(() => import("@site/htmx")); // the list of files
  }

  // ---- setting up

  private makeBench(): Workbench {
    const { live, page } = this;
    const binding: Binding = {
      bind(key, fragment) {
        const { binding: bound, plugins } = live.bind(key, fragment, schema);
        return { doc: bound.doc, plugins, composing: bound.composing, unknown: bound.unknown };
      },
    };
    return new Workbench({
      binding,
      pictures: pictureStore({ upload: page.urls.pictures, adopt: page.urls.adopt, csrf: csrfToken }),
      undo: () => live.undo.undo(),
      redo: () => live.undo.redo(),
      mends: () => this.writable && mendsTables(live.awareness.getStates(), live.awareness.clientID),
      onFocus: (field) => this.entered(field),
      onBlank: (field) => field.key.startsWith("f:") && this.contents.setBlank(sectionOf(field.key), field.blank),
    });
  }

  /** The server's text is here: the fields come to life. */
  private begin(): void {
    if (this.ready) return;
    this.ready = true;
    for (const host of Array.from(document.querySelectorAll<HTMLElement>("[data-field]"))) {
      const key = fieldKey(host.dataset.field!);
      const free = host.closest("[data-tables]") !== null;
      const field = this.bench.add({ key, host, fragment: this.live.doc.getXmlFragment(key), free }, this.writable);
      this.contents.setBlank(host.dataset.field!, field.blank);
    }
    this.beginSteps();
    this.presence = new Presence(this.live.awareness, this.page.person.id, {
      avatars: one("[data-avatars]")!,
      list: one("[data-here]")!,
      nameOf: (field) => this.nameOf(field),
      hostOf: (field) => this.bench.stage.fields.get(field)?.host ?? this.steps?.control(field)?.place ?? null,
      onChange: (people) => this.contents.showPeople(people, sectionOf),
    });
    this.setWritable();
  }

  private beginSteps(): void {
    const table = one<HTMLTableElement>("[data-steps]");
    const foot = one("[data-steps-foot]");
    if (!table || !foot) return;
    const steps = this.live.doc.getMap("steps") as Steps;
    const count = (): void => this.contents.setBlank("steps", steps.size === 0);
    this.steps = new StepsTable({
      steps,
      table,
      foot,
      edit: (change, field) => this.live.edit(change, field ?? null),
      addField: (key, host, fragment) => void this.bench.add({ key, host, fragment, free: false }, this.writable),
      removeField: (key) => this.bench.remove(key),
      field: (key) => this.bench.stage.fields.get(key),
      unsent: this.live.unsent,
      writing: (prefix) => writing(this.live.awareness.getStates(), this.page.person.id, prefix),
      notices: this.notices,
      periods: () => this.facts.periods(),
      drawn: () => this.presence?.draw(true),
      announce: (sentence) => (one("[data-save-spoken]")!.textContent = sentence),
    });
    this.giveBackOf(this.visits);
    undoKeys(this.live.undo, table);
    tellControls(table, this.live.awareness);
    steps.observe(count);
    count();
  }

  /** What was written here when the page was closed before it was saved, where it would be lost. */
  private giveBackOf(visits: readonly Visit[]): void {
    const { steps } = this;
    if (!steps) this.visits = visits; // what the server has is not here yet
    else for (const visit of visits) for (const stood of lostSteps(visit, this.live.doc.getMap("steps"))) steps.giveBack(stood);
  }

  private listen(): void {
    document.addEventListener("keydown", this.keydown);
    phoneBar(one("[data-plan]")!);
    one("[data-help]")?.addEventListener("click", () => void this.help());
    one("[data-print]")?.addEventListener("click", () => window.print());
  }

  // ---- what happens

  private setWritable(): void {
    const writable = !this.live.readOnly.value.value;
    this.writable = writable;
    this.facts.setEditable(writable);
    this.live.awareness.setLocalStateField(MENDS, writable);
    one("[data-plan]")!.classList.toggle("writable", writable);
    if (this.ready) {
      this.bench.stage.setEditable(writable);
      this.steps?.setEditable(writable);
      this.bench.toolbar.attach(this.bench.stage.active);
    }
    const told = one("[data-read-only]");
    if (told) told.hidden = writable;
    this.sayWhy();
  }

  private sayWhy(): void {
    const { readOnly, status } = this.live;
    const says = saysWhy(readOnly.value, status.value) && one("[data-read-only]") === null; // the page says it to who came to read
    this.notices.set("read-only", says ? readOnlyNotice(readOnly.value, this.again) : null);
  }

  private advise(advice: string, status: SaveStatus): void {
    const copy = { label: t("Copy all text"), run: () => void copyText(this.live.text()) };
    const signIn = { label: t("Sign in again"), run: () => void this.live.signIn() };
    const actions: { label: string; run: () => void }[] = status.reason === "signed_out" ? (status.unsaved ? [signIn, copy] : [signIn]) : status.state === "failed" ? [copy] : [];
    if (STALE.has(status.reason)) actions.push(this.again);
    const stale = status.state === "offline" && this.live.readOnly.value.value; // who writes is told in the corner, and goes on
    const urgent = status.state === "failed" || status.reason === "signed_out" || stale;
    const beside = status.reason === "conflict" || status.reason === "invalid"; // said where it happened
    this.notices.set("advice", advice && urgent && !beside ? { tone: status.state === "failed" ? "bad" : "soon", text: advice, actions } : null);
    if (status.reason === "full" && !this.toldOfFull) toast(advice, { seconds: 8 }); // who writes far below sees it too
    this.toldOfFull = status.reason === "full";
    this.sayWhy();
  }

  private told(event: LiveEvent): void {
    if (event.event === "earlier") this.giveBackOf(event.visits);
    if (event.event === "access" && event.level === "write" && one("[data-toolbar]") === null)
      this.notices.set("may-write", {
        tone: "info",
        text: t("You may write in this plan now. Load the page again to begin."),
        actions: [this.again],
      });
  }

  /** Undo or redo changed this field: show it and let the caret come. */
  private jump(key: string): void {
    const field = this.bench.stage.fields.get(key);
    field?.host.scrollIntoView({ block: "nearest" });
    field?.focus();
  }

  private entered(field: ProseField): void {
    for (const on of Array.from(document.querySelectorAll(".part.on"))) on.classList.remove("on");
    field.host.closest(".part")?.classList.add("on");
  }

  private nameOf(field: string): string {
    const control = this.steps?.control(field);
    if (control) return control.name;
    const [, id, name] = field.split("/");
    const host = this.bench.stage.fields.get(field)?.host;
    if (id && name) return host?.getAttribute("aria-label") ?? t("Teaching steps");
    return document.getElementById(`head-${sectionOf(field)}`)?.textContent ?? "";
  }

  private readonly keydown = (event: KeyboardEvent): void => {
    if (composing(event)) return;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s") {
      event.preventDefault();
      if (!event.repeat) toast(this.live.status.value.unsaved ? t("It is being saved: everything saves by itself.") : t("Already saved: everything saves by itself."));
    } else if (event.key === "?" && !typing(event.target)) {
      event.preventDefault();
      void this.help();
    }
  };

  private async help(): Promise<void> {
    await (await later(() => import("./help")))?.showHelp();
  }
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select, [role=textbox]") || target.closest("dialog") !== null);
}

if (document.getElementById("plan-page")) new PlanEditor(readPage());
