/** What the server tells the plan page, in `<script id="plan-page" type="application/json">`. */

export type Level = "read" | "comment" | "write";

export interface PlanPage {
  kind: "plan";
  /** The plan's primary key, as the shared document's key. */
  key: string;
  epoch: number;
  /** The version of the body's schema that the server writes. */
  schema: number;
  level: Level;
  person: { id: number; name: string; color: string };
  title: string;
  columns: Record<string, string | number | null>;
  /** The row version of the columns. */
  version: number;
  urls: {
    columns: string;
    /** Upload address; pictures are served from `pictures_base` + id. */
    pictures: string;
    adopt: string;
    pictures_base: string;
    members: string;
    docx: string;
    pdf: string;
    textbooks: string;
  };
}

/** The version of the body this script knows how to write. */
export const KNOWN_SCHEMA = 1;

function json(id: string): unknown {
  return JSON.parse(document.getElementById(id)?.textContent || "null");
}

export const readPage = (): PlanPage => json("plan-page") as PlanPage;

export const readSuggestions = (): Record<string, string[]> => (json("plan-suggestions") as Record<string, string[]> | null) ?? {};

/** The grades of each stage, in their order. */
export const readGrades = (): Record<string, string[]> => (json("plan-grades") as Record<string, string[]> | null) ?? {};

export const csrfToken = (): string => document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
