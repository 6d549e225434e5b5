/** Parts of the editor that load later. Without a network, or after the site was renewed, they may not come. */
import { t } from "@site/i18n";

import { toast } from "./toast";

/** The part, or null: then a sentence has said why nothing happens. A later try asks the network again. */
export async function later<T>(load: () => Promise<T>): Promise<T | null> {
  try {
    return await load();
  } catch {
    toast(t("This part of the editor is not loaded yet. It works again once you are online; what you write is kept."));
    return null;
  }
}

/** Fetch a part when the page has loaded and nothing else is to be done; without a network, once there is one. */
export function atRest(load: () => Promise<unknown>): void {
  const fetch = (): void => void load().catch(() => window.addEventListener("online", fetch, { once: true }));
  const rest = (): void => void setTimeout(fetch, 200);
  if (document.readyState === "complete") rest();
  else window.addEventListener("load", rest, { once: true });
}

/** Long enough for the page to have come to rest. */
const REST_MS = 5000;

/** Fetch parts while there is a network, so that they are there without one. */
export function warm(...loads: (() => Promise<unknown>)[]): void {
  setTimeout(() => {
    for (const load of loads) load().catch(() => undefined);
  }, REST_MS);
}
