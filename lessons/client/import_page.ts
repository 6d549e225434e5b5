/** The pages of «Import from Word»: dropping files, and the desk on which pieces find their places. */

type Sent = (percent: number) => void;

/** Files dropped on the form are its files; the bar shows how much has been sent. */
export function dropZone(form: HTMLFormElement): void {
  const input = form.querySelector<HTMLInputElement>("input[type=file]");
  if (!input) return;
  for (const name of ["dragenter", "dragover"]) {
    form.addEventListener(name, (event) => {
      event.preventDefault();
      form.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) form.addEventListener(name, () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    const files = event.dataTransfer?.files;
    if (!files?.length) return;
    input.files = files;
    submit(form);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(form);
  });
}

function submit(form: HTMLFormElement): void {
  const bar = form.querySelector<HTMLProgressElement>("progress");
  const button = form.querySelector<HTMLButtonElement>("button[type=submit]");
  if (bar) bar.hidden = false;
  if (button) button.disabled = true;
  send(form, (percent) => {
    if (bar) bar.value = percent;
  });
}

/** Send the form and show the page that answers; a broken line leaves the form as it was. */
function send(form: HTMLFormElement, sent: Sent): void {
  const request = new XMLHttpRequest();
  request.open("POST", form.action || location.href);
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) sent((100 * event.loaded) / event.total);
  });
  request.addEventListener("load", () => {
    if (request.status < 400 && request.responseURL) location.assign(request.responseURL);
    else replacePage(request.responseText);
  });
  request.addEventListener("error", () => {
    form.submit();
  });
  request.send(new FormData(form));
}

function replacePage(html: string): void {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = page.getElementById("content");
  const old = document.getElementById("content");
  if (!fresh || !old) {
    location.reload();
    return;
  }
  old.replaceWith(document.adoptNode(fresh));
  start();
}

/** What must outlive the exchange of the desk: where each pane was scrolled to, and what had the focus. */
export interface Kept {
  pane: string;
  scrolled: number;
  loose: number;
}

export function keep(desk: HTMLElement): Kept {
  const cards = [...desk.querySelectorAll<HTMLElement>(".loose")];
  return {
    pane: desk.dataset["pane"] ?? "plan",
    scrolled: desk.querySelector(".import-source")?.scrollTop ?? 0,
    loose: cards.findIndex((card) => card.contains(document.activeElement)),
  };
}

/** After a card was placed, the focus goes to the one that took its place. */
export function restore(desk: HTMLElement, kept: Kept): void {
  show(desk, kept.pane);
  const source = desk.querySelector(".import-source");
  if (source) source.scrollTop = kept.scrolled;
  if (kept.loose < 0) return;
  const cards = desk.querySelectorAll<HTMLElement>(".loose");
  const next = cards[Math.min(kept.loose, cards.length - 1)];
  next?.querySelector<HTMLElement>("select, button")?.focus({ preventScroll: cards.length > 1 });
}

/** On a phone one of the two panes is shown. */
export function show(desk: HTMLElement, pane: string): void {
  desk.dataset["pane"] = pane;
  for (const button of desk.querySelectorAll<HTMLElement>("[data-show]")) {
    button.setAttribute("aria-pressed", String(button.dataset["show"] === pane));
  }
}

/** Light up everything that belongs to a piece, in the file and in the plan. */
export function light(desk: HTMLElement, piece: string | undefined): void {
  for (const lit of desk.querySelectorAll(".lit")) lit.classList.remove("lit");
  if (piece === undefined) return;
  for (const part of desk.querySelectorAll(`[data-piece="${CSS.escape(piece)}"]`)) part.classList.add("lit");
}

function reveal(desk: HTMLElement, piece: string, pane: "source" | "plan"): void {
  show(desk, pane);
  light(desk, piece);
  const inside = pane === "source" ? ".import-source" : ".import-plan";
  const part = desk.querySelector(`${inside} [data-piece="${CSS.escape(piece)}"]`);
  part?.closest("details")?.setAttribute("open", "");
  part?.scrollIntoView({ block: "center" });
}

/** The select of a piece that has its place already is made when it is asked for. */
export function offerPlaces(form: HTMLFormElement): HTMLSelectElement {
  const present = form.querySelector("select");
  if (present) return present;
  const select = document.createElement("select");
  select.name = "place";
  select.className = "form-select";
  const button = form.querySelector("button");
  select.setAttribute("aria-label", button?.getAttribute("aria-label") ?? "");
  const places = document.getElementById("import-places") as HTMLTemplateElement | null;
  if (places) select.append(places.content.cloneNode(true));
  button?.replaceWith(select);
  return select;
}

/** Put a piece somewhere: what the select would have done. */
export function put(desk: HTMLElement, piece: string, place: string): void {
  const holder = desk.querySelector<HTMLElement>(`.import-plan [data-piece="${CSS.escape(piece)}"]`);
  const form = holder?.querySelector("form");
  if (!form) return;
  const select = offerPlaces(form);
  if (![...select.options].some((option) => option.value === place)) select.append(new Option(place, place));
  select.value = place;
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

function desk(): HTMLElement | null {
  return document.getElementById("import-desk");
}

function onClick(event: MouseEvent): void {
  const target = event.target instanceof Element ? event.target : null;
  const found = desk();
  if (!target || !found?.contains(target)) return;
  const move = target.closest<HTMLElement>(".piece-move");
  const pane = target.closest<HTMLElement>("[data-show]")?.dataset["show"];
  const sought = target.closest<HTMLElement>("[data-find]")?.dataset["find"];
  const segment = target.closest<HTMLElement>(".import-source [data-piece]")?.dataset["piece"];
  if (move) offerPlaces(move.closest("form") as HTMLFormElement).focus();
  else if (pane) show(found, pane);
  else if (sought !== undefined) reveal(found, sought, "source");
  else if (segment !== undefined) reveal(found, segment, "plan");
}

let dragged = "";

function placeUnder(event: DragEvent): HTMLElement | null {
  return event.target instanceof Element ? event.target.closest<HTMLElement>("[data-place]") : null;
}

function onDrag(event: DragEvent): void {
  const found = desk();
  if (!found) return;
  for (const lit of found.querySelectorAll(".over-place")) lit.classList.remove("over-place");
  if (event.type === "dragstart") {
    dragged = event.target instanceof HTMLElement ? (event.target.dataset["piece"] ?? "") : "";
    event.dataTransfer?.setData("text/plain", dragged);
    return;
  }
  const place = dragged ? placeUnder(event) : null;
  if (!place) return;
  event.preventDefault();
  if (event.type === "drop") {
    put(found, dragged, place.dataset["place"] ?? "");
    dragged = "";
  } else {
    place.classList.add("over-place");
  }
}

let kept: Kept | null = null;

function start(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-import-drop]")) dropZone(form);
}

document.addEventListener("click", onClick);
for (const name of ["dragstart", "dragover", "drop"] as const) document.addEventListener(name, onDrag);
document.addEventListener("pointerover", (event) => {
  const found = desk();
  if (!found || !(event.target instanceof Element)) return;
  const piece = event.target.closest<HTMLElement>("[data-piece]");
  if (piece && found.contains(piece)) light(found, piece.dataset["piece"]);
});
document.addEventListener("htmx:beforeSwap", () => {
  const found = desk();
  kept = found && keep(found);
});
document.addEventListener("htmx:afterSwap", () => {
  const found = desk();
  if (found && kept) restore(found, kept);
  kept = null;
});
start();
