/** The four honest states of saving, decided from facts alone. */
import { t } from "@site/i18n";

export type SaveState = "saved" | "saving" | "offline" | "failed";

/** Why something is not saved, where there is more to say than the state. */
export type Reason =
  | "connecting"
  | "signed_out"
  | "slow"
  | "no_store"
  | "store_full"
  | "read_only"
  | "full"
  | "schema"
  | "withdrawn"
  | "not_found"
  | "other_epoch"
  | "refused"
  | "conflict"
  | "invalid";

/** Why a page may only read: what the person may do, the document's size, or a page older than the document. */
export type ReadOnlyCause = "role" | "full" | "schema";

const CAUSES: readonly unknown[] = ["role", "full", "schema"] satisfies ReadOnlyCause[];

/** What the server says, if it is a cause that this page knows. */
export function causeOf(said: unknown): ReadOnlyCause | null {
  return CAUSES.includes(said) ? (said as ReadOnlyCause) : null;
}

export interface SaveStatus {
  state: SaveState;
  /** When everything was last known to be saved. */
  at: Date | null;
  reason: Reason | null;
  /** Whether something is only here: then leaving the page is warned about. */
  unsaved: boolean;
}

export interface SaveFacts {
  /** The socket is open and this page and the server have exchanged what each had. */
  open: boolean;
  /** The first connection has not been tried to its end yet. */
  connecting: boolean;
  /** This browser's store is still being looked through for edits of earlier visits. */
  looking: boolean;
  /** How many local edits there were, how many of them the server has stored, and this browser's store. */
  local: number;
  acked: number;
  stored: number;
  /** When the oldest edit that is not acknowledged was made (milliseconds of a clock that nobody sets). */
  waitingSince: number | null;
  /** How many fields hold text that is not in the document yet (a composition). */
  composing: number;
  /** Columns saved by HTTP: how many wait, whether all of these are in the local store, what went wrong. */
  columns: { waiting: number; stored: boolean; problem: "conflict" | "invalid" | null };
  /** What hinders this browser's store, if anything. */
  store: "no_store" | "store_full" | null;
  /** Why the server will never take the rest, if so; `signed_out` passes. */
  ended: Exclude<Reason, "connecting" | "slow" | "no_store" | "store_full" | "conflict" | "invalid"> | null;
  savedAt: Date | null;
}

/** The server takes no edits from this page, or none that do not fit, but goes on showing it those of others. */
const READING: ReadonlySet<Reason | null> = new Set<Reason>(["read_only", "full", "schema"]);

/** After this long without an acknowledgement an edit no longer counts as on its way. */
export const LATE_MS = 8000;

export function decide(facts: SaveFacts, now: number): SaveStatus {
  const unsaved = facts.local > facts.acked || facts.composing > 0 || facts.columns.waiting > 0;
  const as = (state: SaveState, reason: Reason | null = null): SaveStatus => ({ state, at: facts.savedAt, reason, unsaved });
  if (facts.columns.problem) return as("failed", facts.columns.problem);
  if (!unsaved) return restful(facts, as);
  if (facts.ended && facts.ended !== "signed_out") return as("failed", facts.ended);
  if (facts.composing > 0) return as("saving");
  const late = facts.waitingSince !== null && now - facts.waitingSince >= LATE_MS;
  if (facts.open && !late) return as("saving");
  const why = facts.ended ?? (facts.open ? "slow" : null);
  if (facts.store) return as("failed", facts.store);
  if (facts.stored >= facts.local && facts.columns.stored) return as("offline", why);
  return late ? as("failed", "no_store") : as("saving", why);
}

function restful(facts: SaveFacts, as: (state: SaveState, reason?: Reason | null) => SaveStatus): SaveStatus {
  if (facts.open) return facts.looking ? as("saving", "connecting") : as("saved");
  const ended = READING.has(facts.ended) ? null : facts.ended; // who may only read is connected, and comes back, like all
  return facts.connecting && !ended ? as("saving", "connecting") : as("offline", ended);
}

/** The state in a few words, for the page's corner. */
export function statusText(status: SaveStatus): string {
  if (status.state === "saved") return status.at ? t("Saved %(time)s", { time: clock(status.at) }) : t("Saved");
  if (status.state === "saving") return status.reason === "connecting" ? t("Connecting…") : t("Saving…");
  if (status.state === "failed") return t("Not saved");
  return status.unsaved ? t("Offline – kept on this computer") : t("Offline");
}

/** The same for somebody who may only read: whether what they look at is what the server has. */
export function readingText(status: SaveStatus): string {
  if (status.state === "saved") return t("Read only");
  if (status.state === "saving") return t("Connecting…");
  return status.reason ? t("Disconnected – perhaps not the newest") : t("Offline – perhaps not the newest");
}

function clock(at: Date): string {
  return `${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;
}

/** What the reason means and what to do about it; empty where the state says it all. */
export function adviceText(status: SaveStatus): string {
  return status.unsaved ? unsavedAdvice(status) : restAdvice(status);
}

/** Nothing of one's own is at stake, but what one looks at may be. */
function restAdvice({ state, reason }: SaveStatus): string {
  switch (reason) {
    case "signed_out":
      return t("You are signed out. Sign in again here; nothing you typed is lost.");
    case "withdrawn":
      return t("You no longer have access to this document. What you see here is no longer brought up to date.");
    case "not_found":
      return t("This document no longer exists, or is not open to you. What you see here is no longer brought up to date.");
    case "other_epoch":
    case "refused":
      return t("The connection to this document has ended. Load the page again to see it as it is now.");
    default:
      return state === "offline" ? t("The connection is lost. What others write meanwhile appears here by itself when it is back.") : "";
  }
}

function unsavedAdvice(status: SaveStatus): string {
  switch (status.reason) {
    case "signed_out":
      return t("You are signed out. Sign in again here; nothing you typed is lost.");
    case "slow":
      return t("The server does not answer. What you type is kept on this computer and sent by itself.");
    case "no_store":
      return t("This browser keeps no local copy. Leave the page open until it is saved, or copy your text.");
    case "store_full":
      return t("This computer has no room for a local copy. Free some space, or copy your text.");
    case "read_only":
      return t("You may only read this document now. Copy what you wrote.");
    case "full":
      return t("What you wrote last does not fit in and is not saved. Undo it or delete something, and it is saved by itself.");
    case "schema":
      return t("This page has been updated, and what you wrote last is not saved. Copy it, then load the page again.");
    case "withdrawn":
      return t("You no longer have access to this document. Copy what you wrote.");
    case "not_found":
      return t("This document no longer exists, or is not open to you. Copy what you wrote.");
    case "other_epoch":
      return t("This document was rebuilt meanwhile. Copy what you wrote, then load the page again.");
    case "refused":
      return t("The server could not read what was sent. Copy what you wrote, then load the page again.");
    case "conflict":
      return t("Somebody else changed the same entry. Choose which one stays.");
    case "invalid":
      return t("An entry is not valid yet. Correct it, then it is saved.");
    default:
      return status.state === "offline" ? t("Your edits are sent by themselves when the connection is back.") : "";
  }
}
