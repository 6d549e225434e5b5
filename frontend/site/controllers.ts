/** Stimulus controllers of the shell, by name. */
import { Controller, type ControllerConstructor } from "@hotwired/stimulus";

import { FindController } from "./find";
import { NarrowController, OpenedController } from "./found";
import { SignOutController } from "./kept";

/** A menu made of <details>: Escape and a click elsewhere close it. */
class MenuController extends Controller<HTMLDetailsElement> {
  private readonly onPointer = (event: Event): void => {
    if (event.target instanceof Node && !this.element.contains(event.target)) this.element.open = false;
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && this.element.open) this.close();
  };

  close(): void {
    this.element.open = false;
    this.element.querySelector("summary")?.focus();
  }

  override connect(): void {
    document.addEventListener("pointerdown", this.onPointer);
    this.element.addEventListener("keydown", this.onKey);
  }

  override disconnect(): void {
    document.removeEventListener("pointerdown", this.onPointer);
    this.element.removeEventListener("keydown", this.onKey);
  }
}

/** Light, dark, or as the system says; a cookie tells the server, so that no page flashes. */
class ThemeController extends Controller {
  static override targets = ["choice"];
  declare readonly choiceTargets: HTMLElement[];

  light(): void {
    this.choose("light");
  }

  dark(): void {
    this.choose("dark");
  }

  system(): void {
    this.choose("");
  }

  private choose(theme: string): void {
    const age = theme ? 365 * 24 * 3600 : 0;
    document.cookie = `theme=${theme}; path=/; max-age=${age}; samesite=lax`;
    if (theme) document.documentElement.dataset["bsTheme"] = theme;
    else delete document.documentElement.dataset["bsTheme"];
    for (const choice of this.choiceTargets) choice.setAttribute("aria-pressed", String(choice.dataset["theme"] === theme));
  }
}

/** A button that opens the <dialog> its `data-dialog` names; a browser without showModal shows it in the page. */
class OpensDialogController extends Controller<HTMLElement> {
  open(event: Event): void {
    const dialog = document.getElementById(this.element.dataset["dialog"] ?? "");
    if (!(dialog instanceof HTMLElement)) return;
    event.preventDefault();
    const modal = dialog as HTMLElement & { showModal?: () => void };
    if (modal.showModal) modal.showModal();
    else dialog.setAttribute("open", "");
  }
}

/** A filter form that sends itself when something is chosen. */
class AutoSubmitController extends Controller<HTMLFormElement> {
  send(): void {
    this.element.requestSubmit ? this.element.requestSubmit() : this.element.submit();
  }
}

/** A button that prints the page. */
class PrintController extends Controller {
  now(): void {
    window.print();
  }
}

export const controllers: Record<string, ControllerConstructor> = {
  menu: MenuController,
  theme: ThemeController,
  "opens-dialog": OpensDialogController,
  "auto-submit": AutoSubmitController,
  "sign-out": SignOutController,
  print: PrintController,
  find: FindController,
  narrow: NarrowController,
  opened: OpenedController,
};
