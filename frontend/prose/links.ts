/** Asking for the address of a link. */
import { t } from "@site/i18n";

import { safeLink } from "./attributes";
import { link, linkAround } from "./commands";
import { ask, row } from "./dialog";
import { el } from "./elements";
import type { ProseField } from "./field";

/** What somebody typed, as an address: `www.` and mail addresses need no scheme. */
export function addressOf(typed: string): string | null {
  const text = typed.trim();
  if (/^[^\s@/:]+@[^\s@/:]+\.[^\s@/:]+$/.test(text)) return safeLink(`mailto:${text}`);
  if (!/^[a-z][a-z0-9+.-]*:/i.test(text) && /^[^\s/]+\.[^\s/]{2,}/.test(text)) return safeLink(`https://${text}`);
  return safeLink(text);
}

export async function askForLink(field: ProseField): Promise<void> {
  const view = field.mount();
  if (!view) return;
  const current = linkAround(view.state);
  const { from, to } = view.state.selection;
  const chosen = view.state.doc.textBetween(from, to, " ");
  const address = el("input", { type: "text", inputmode: "url", maxlength: "2000", value: current?.href ?? "", autocomplete: "off" });
  const text = el("input", { type: "text", maxlength: "200" });
  const answer = await ask({
    title: current ? t("Change link") : t("Insert link"),
    fields: [
      row(t("Address"), address, t("Web address or e-mail, for example www.xuexi.cn")),
      ...(chosen || current ? [] : [row(t("Text to show"), text, t("Left empty, the address is shown."))]),
    ],
    confirm: t("OK"),
    ...(current ? { other: t("Remove link") } : {}),
    check: () => (addressOf(address.value) ? null : t("Please give an address that begins with http, https or mailto.")),
  });
  if (answer === "confirm") field.run(link(addressOf(address.value), text.value.trim()));
  if (answer === "other") field.run(link(null));
}
