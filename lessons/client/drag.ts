/** Dragging rows by a handle with mouse, pen or finger; a line shows where the row would go. */

interface Drag {
  row: HTMLElement;
  rows: HTMLElement[];
  pointer: number;
  to: number;
}

/** Before which of the rows (by their top and height) a pointer at `y` would drop. */
export function placeAt(y: number, rows: readonly { top: number; height: number }[]): number {
  const found = rows.findIndex(({ top, height }) => y < top + height / 2);
  return found < 0 ? rows.length : found;
}

const EDGE = 60;

export class RowDrag {
  private drag: Drag | null = null;
  private readonly line = document.createElement("div");

  /** `drop` is told the row and its new index among all rows. */
  constructor(
    private readonly body: HTMLElement,
    private readonly drop: (row: HTMLElement, index: number) => void,
  ) {
    this.line.className = "drop-line no-print";
    body.addEventListener("pointerdown", this.start);
  }

  private readonly start = (event: PointerEvent): void => {
    const handle = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-drag]") : null;
    const row = handle?.closest<HTMLElement>("[data-step]");
    if (!handle || !row || event.button !== 0) return;
    event.preventDefault();
    handle.focus();
    handle.setPointerCapture(event.pointerId);
    const rows = Array.from(this.body.querySelectorAll<HTMLElement>("[data-step]"));
    this.drag = { row, rows, pointer: event.pointerId, to: rows.indexOf(row) };
    row.classList.add("dragged");
    handle.addEventListener("pointermove", this.move);
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) handle.addEventListener(end, this.end as EventListener);
    document.addEventListener("keydown", this.cancel, true);
  };

  private readonly move = (event: PointerEvent): void => {
    if (!this.drag) return;
    const boxes = this.drag.rows.map((row) => row.getBoundingClientRect());
    this.drag.to = placeAt(event.clientY, boxes);
    this.show(boxes);
    const over = event.clientY - (window.innerHeight - EDGE);
    if (event.clientY < EDGE) window.scrollBy(0, event.clientY - EDGE);
    else if (over > 0) window.scrollBy(0, over);
  };

  private readonly end = (event: PointerEvent): void => {
    const { drag } = this;
    if (!drag || event.pointerId !== drag.pointer) return;
    this.stop(event.currentTarget as HTMLElement);
    const from = drag.rows.indexOf(drag.row);
    const index = drag.to > from ? drag.to - 1 : drag.to;
    if (event.type === "pointerup" && index !== from) this.drop(drag.row, index);
  };

  private readonly cancel = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || !this.drag) return;
    event.preventDefault();
    const handle = this.drag.row.querySelector<HTMLElement>("[data-drag]");
    if (handle) this.stop(handle);
  };

  private stop(handle: HTMLElement): void {
    this.drag?.row.classList.remove("dragged");
    this.drag = null;
    this.line.remove();
    handle.removeEventListener("pointermove", this.move);
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) handle.removeEventListener(end, this.end as EventListener);
    document.removeEventListener("keydown", this.cancel, true);
  }

  private show(boxes: DOMRect[]): void {
    const { to, rows } = this.drag!;
    const last = boxes[boxes.length - 1]!;
    const y = to < rows.length ? boxes[to]!.top : last.bottom;
    this.line.style.top = `${y + window.scrollY}px`;
    this.line.style.left = `${last.left}px`;
    this.line.style.width = `${last.width}px`;
    if (!this.line.isConnected) document.body.append(this.line);
  }
}
