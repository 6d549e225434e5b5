/** Which fields have an editor just now: those that are near the screen. */
import type { ProseField } from "./field";

const NEAR = "300px 0px";
const FAR = "2000px 0px";

type Idle = (work: () => void) => void;
const idle: Idle = "requestIdleCallback" in window ? (work) => void window.requestIdleCallback(work, { timeout: 300 }) : (work) => void setTimeout(work, 16);

export class Stage {
  readonly fields = new Map<string, ProseField>();
  active: ProseField | null = null;
  private readonly hosts = new Map<Element, ProseField>();
  private readonly waiting = new Set<ProseField>();
  private readonly near = this.watch(NEAR, (field, seen) => (seen ? this.soon(field) : this.waiting.delete(field)));
  private readonly far = this.watch(FAR, (field, seen) => !seen && !field.busy && field.unmount());

  add(field: ProseField): void {
    this.fields.set(field.key, field);
    this.hosts.set(field.host, field);
    this.near?.observe(field.host);
    this.far?.observe(field.host);
  }

  remove(key: string): void {
    const field = this.fields.get(key);
    if (!field) return;
    this.near?.unobserve(field.host);
    this.far?.unobserve(field.host);
    this.hosts.delete(field.host);
    this.waiting.delete(field);
    this.fields.delete(key);
    if (this.active === field) this.active = null;
    field.destroy();
  }

  /** Let all be edited, or none; those on the screen get their editors again. */
  setEditable(editable: boolean): void {
    for (const field of this.fields.values()) {
      field.setEditable(editable);
      this.near?.unobserve(field.host);
      this.near?.observe(field.host);
    }
  }

  remountWhere(wanted: (field: ProseField) => boolean): void {
    for (const field of this.fields.values()) if (field.view && wanted(field)) field.remount();
  }

  private watch(rootMargin: string, seen: (field: ProseField, seen: boolean) => void): IntersectionObserver | null {
    if (!("IntersectionObserver" in window)) return null;
    return new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          const field = this.hosts.get(entry.target);
          if (field) seen(field, entry.isIntersecting);
        }
      },
      { rootMargin },
    );
  }

  /** One editor at a time, while the page has nothing better to do. */
  private soon(field: ProseField): void {
    if (!field.isEditable || field.view) return;
    this.waiting.add(field);
    if (this.waiting.size === 1) idle(this.next);
  }

  private readonly next = (): void => {
    const [field] = this.waiting;
    if (!field) return;
    this.waiting.delete(field);
    field.mount();
    if (this.waiting.size) idle(this.next);
  };
}
