/** Messages of the page in the reader's language; source strings are English, as in the templates. */
import chinese from "../../locale/zh_Hans/djangojs.compiled.json";

const catalogue: Record<string, string> = document.documentElement.lang.startsWith("zh") ? chinese : {};

/** The message in the page's language; `%(name)s` is replaced by `values.name`. */
export function t(message: string, values: Record<string, string | number> = {}): string {
  const text = catalogue[message] ?? message;
  return text.replace(/%\((\w+)\)s/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}
