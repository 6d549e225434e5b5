/** 教材版本·册·单元: what the catalogue offers for a column, narrowed by what stands in the columns before it. */

export interface Textbook {
  stage: string;
  subject: string;
  grade: string;
  edition: string;
  volume: string;
  units: string[];
}

export type Said = Record<string, string | number | null | undefined>;

/** Each narrows the ones after it; the unit is narrowed by all of them. The server's rule is `lessons.queries.fitting`. */
export const CHAIN = ["stage", "subject", "grade", "edition", "volume"] as const;
type Link = (typeof CHAIN)[number];

const once = (values: string[]): string[] => Array.from(new Set(values)).filter((value) => value !== "");

/** A grade that none of the volumes knows says nothing: schools name grades in many ways. */
function fitting(books: readonly Textbook[], said: Said, before: number): readonly Textbook[] {
  let found = books;
  for (const name of CHAIN.slice(0, before)) {
    const value = String(said[name] ?? "");
    const known = name !== "grade" || found.some((book) => book.grade === value);
    if (value && known) found = found.filter((book) => book[name] === value || book[name] === "");
  }
  return found;
}

/** What to offer for the column; null for one of which the catalogue knows nothing. */
export function offered(books: readonly Textbook[], said: Said, name: string): string[] | null {
  if (name === "unit") {
    const found = fitting(books, said, CHAIN.length);
    return said["volume"] || found.length === 1 ? once(found.flatMap((book) => book.units)) : [];
  }
  const place = CHAIN.indexOf(name as Link);
  if (place < 1 || name === "grade") return null;
  return once(fitting(books, said, place).map((book) => book[name as Link]));
}

/** The catalogue; empty hands where it cannot be had, and the page goes on with what the server sent along. */
export async function fetchCatalogue(url: string): Promise<Textbook[] | null> {
  try {
    const answer = await fetch(url, { credentials: "same-origin", redirect: "error", headers: { Accept: "application/json" } });
    return answer.ok ? ((await answer.json()) as { textbooks: Textbook[] }).textbooks : null;
  } catch {
    return null;
  }
}
