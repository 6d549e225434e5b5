/** `?`: the keys of the page. */
import { t } from "@site/i18n";
import { ask } from "@prose/dialog";
import { el } from "@prose/elements";

const keys = (): [string, string][] => [
  ["Ctrl+B · Ctrl+U · Ctrl+I", t("Bold, underline, italic")],
  ["Ctrl+Alt+1 · 2 · 3 · 0", t("Headings; 0 is body text")],
  ["Ctrl+Shift+7 · 8", t("Numbered list, bulleted list")],
  ["Ctrl+] · Ctrl+[", t("Increase or decrease indent")],
  ["Ctrl+Shift+E · L · R", t("Centre, left, right")],
  ["Ctrl+K", t("Link")],
  ["Ctrl+\\", t("Clear formatting")],
  ["Ctrl+Z · Ctrl+Y", t("Undo, redo")],
  ["Ctrl+S", t("Nothing to do: everything saves by itself")],
  ["Alt+F10", t("To the toolbar; Esc goes back")],
  ["Tab · Shift+Tab", t("Next or previous field; in lists and tables deeper or to the next cell")],
  ["Esc, Tab", t("Leave a list or table for the next field")],
  ["Alt+↑ · Alt+↓", t("Move this step up or down")],
  ["Ctrl+Shift+V", t("Paste as plain text")],
  ["?", t("This help")],
];

export async function showHelp(): Promise<void> {
  const rows = keys().map(([key, meaning]) => el("tr", {}, el("th", { scope: "row" }, el("kbd", {}, key)), el("td", {}, meaning)));
  await ask({
    title: t("Keyboard shortcuts"),
    fields: [el("table", { class: "table1 key-table" }, el("tbody", {}, ...rows))],
    confirm: t("OK"),
    class: "wide",
    plain: true,
  });
}
