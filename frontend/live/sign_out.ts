/** Before somebody signs out: what is unsent is sent or warned about, and nothing of theirs stays in this browser. */
import { t } from "@site/i18n";

import { forget, openDatabase, unsentOf } from "./database";
import { actions, button, openDialog, paragraph } from "./dialog";
import { resend } from "./resend";

/** True if the person may be signed out now: all was sent, or they chose to lose it; their copies are deleted then. */
export async function prepareSignOut(person: number): Promise<boolean> {
  const base = await openDatabase().catch(() => null);
  if (!base) return true; // nothing was ever kept
  try {
    const titles = await unsentTitles(base, person);
    if (titles.length > 0 && !(await confirmLoss(titles))) return false;
    await forget(base, person);
    return true;
  } finally {
    base.close();
  }
}

async function unsentTitles(base: IDBDatabase, person: number): Promise<string[]> {
  if (await empty(base, person)) return [];
  await resend(person).catch(() => []);
  const { copies, columns } = await unsentOf(base, person);
  return [...new Set([...copies, ...columns].map((row) => row.title || row.page))];
}

async function empty(base: IDBDatabase, person: number): Promise<boolean> {
  const { copies, columns } = await unsentOf(base, person);
  return copies.length + columns.length === 0;
}

function confirmLoss(titles: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const list = document.createElement("ul");
    for (const title of titles) {
      const item = document.createElement("li");
      item.textContent = title;
      list.append(item);
    }
    const finish = (leave: boolean): void => {
      dialog.close();
      resolve(leave);
    };
    const dialog = openDialog(
      t("Some of your edits are not sent yet"),
      [
        paragraph(t("They are only on this computer, and signing out deletes them from it:")),
        list,
        actions(
          button(t("Stay signed in"), () => finish(false), true),
          button(t("Sign out and delete them"), () => finish(true)),
        ),
      ],
      () => finish(false),
    );
  });
}
