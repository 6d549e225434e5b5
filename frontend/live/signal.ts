/** A value that tells its listeners when it changes. */
export interface Signal<T> {
  readonly value: T;
  /** Calls `listener` at once and after every change; the answer ends the subscription. */
  subscribe(listener: (value: T) => void): () => void;
}

export interface Source<T> extends Signal<T> {
  set(value: T): void;
}

/** A signal whose owner may set it; `same` decides what counts as no change. */
export function source<T>(first: T, same: (a: T, b: T) => boolean = Object.is): Source<T> {
  const listeners = new Set<(value: T) => void>();
  let value = first;
  return {
    get value() {
      return value;
    },
    set(next) {
      if (same(value, next)) return;
      value = next;
      for (const listener of [...listeners]) listener(next);
    },
    subscribe(listener) {
      listeners.add(listener);
      listener(value);
      return () => listeners.delete(listener);
    },
  };
}
