/** Which of the pages that have a document open mends its tables: the lowest of those that may write. */

/** Pages that could say so in their presence, under this name. */
export const MENDS = "mends";

export function mendsTables(states: ReadonlyMap<number, unknown>, own: number): boolean {
  const able = [...states].filter(([, state]) => (state as Record<string, unknown> | null)?.[MENDS] === true).map(([client]) => client);
  return able.length > 0 && Math.min(...able) === own;
}
