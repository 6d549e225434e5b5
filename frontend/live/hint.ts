/** Whether this browser keeps something of a person: a note that costs no database to read. */

const HINT = "live.kept.";

export function hint(person: number, kept: boolean): void {
  try {
    if (kept) localStorage.setItem(HINT + String(person), "1");
    else localStorage.removeItem(HINT + String(person));
  } catch {
    // Without it the pages look into the database.
  }
}

export function hinted(person: number): boolean {
  try {
    return localStorage.getItem(HINT + String(person)) !== null;
  } catch {
    return true;
  }
}
