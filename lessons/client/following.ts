/** A text control that follows the shared document while the caret stands in it: what others write is shown, what is typed is put upon it. */

interface Splice {
  at: number;
  removed: number;
  added: string;
}

/** Whether a place is amid a character of two code units, as many rare names are. */
function isAmid(text: string, place: number): boolean {
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(Math.max(0, place - 1), place + 1));
}

/** The one place where two texts differ; whole characters do. */
function splice(before: string, after: string): Splice {
  const most = Math.min(before.length, after.length);
  let at = 0;
  while (at < most && before[at] === after[at]) at += 1;
  if (isAmid(before, at) || isAmid(after, at)) at -= 1;
  let tail = 0;
  while (tail < most - at && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  if (isAmid(before, before.length - tail) || isAmid(after, after.length - tail)) tail -= 1;
  return { at, removed: before.length - at - tail, added: after.slice(at, after.length - tail) };
}

/** Where a place of the text before stands in the text after; a place that went stands behind what came instead. */
function moved(place: number, { at, removed, added }: Splice): number {
  if (place <= at) return place;
  return Math.max(place - removed, at) + added.length;
}

/** What one made of a text, put upon what another made of it meanwhile. */
export function upon(base: string, mine: string, theirs: string): string {
  const own = splice(base, mine);
  const other = splice(base, theirs);
  const from = moved(own.at, other);
  return theirs.slice(0, from) + own.added + theirs.slice(Math.max(from, moved(own.at + own.removed, other)));
}

export class Following {
  /** What the document and the control said alike last. */
  private known = "";
  private now = "";

  /** `read` says what of the control's text counts, `shown` runs after the control was given another text. */
  constructor(
    private readonly control: HTMLInputElement | HTMLTextAreaElement,
    private readonly read: (typed: string) => string,
    private readonly shown: () => void = () => undefined,
  ) {}

  /** What the document says now. Text that was typed and not written yet, such as half a word of 拼音, is left alone while the caret is there. */
  show(text: string): void {
    this.now = text;
    const waits = this.read(this.control.value) !== this.known;
    if (document.activeElement === this.control && (waits || text === this.known)) return;
    this.put(text);
  }

  /** What is to be written: what was typed, upon what others wrote since. */
  take(): string {
    const typed = this.read(this.control.value);
    const whole = upon(this.known, typed, this.now);
    this.known = this.now = whole;
    if (whole !== typed) this.put(whole);
    return whole;
  }

  /** What stands in the control is written just as it is. */
  written(): void {
    this.known = this.now = this.read(this.control.value);
  }

  /** The control says what the document says. */
  settle(): void {
    this.put(this.now);
  }

  private put(text: string): void {
    const { control } = this;
    this.known = this.now = text;
    if (control.value === text) return;
    const change = splice(control.value, text);
    const [start, end] = [control.selectionStart ?? 0, control.selectionEnd ?? 0].map((place) => moved(place, change));
    control.value = text;
    if (document.activeElement === control) control.setSelectionRange(start!, end!);
    this.shown();
  }
}
