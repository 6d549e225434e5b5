// What built scripts and styles may not use: Chrome 87 and Safari 15 have to understand them.
//
// The build lowers syntax; this finds what it cannot lower: newer built-ins, regular expressions, selectors, at-rules.
import { parse } from "acorn";
import { full } from "acorn-walk";

/** Built-ins that came after the floor. */
const CALLS = new Set(["structuredClone", "hasOwn", "randomUUID", "findLast", "findLastIndex", "toSorted", "toReversed", "toSpliced", "groupBy", "withResolvers", "showPopover", "at", "fromAsync", "isWellFormed", "toWellFormed", "checkVisibility"]);

const CSS = [
  [/:has\(/, ":has()"],
  [/:(?:where|is)\(/, ":where() and :is() (Chrome 88)"],
  [/@container\b/, "@container"],
  [/@layer\b/, "@layer"],
  [/@property\b/, "@property"],
  [/\bcolor-mix\(/, "color-mix()"],
  [/\b(?:oklch|oklab|lch|lab)\(/, "oklch() and its kin"],
  [/\blight-dark\(/, "light-dark()"],
  [/[\d.](?:dvh|svh|lvh|dvw|cqw|cqi)\b/, "dynamic and container units"],
  [/\bsubgrid\b/, "subgrid"],
  [/(?:^|[{};])\s*&/m, "nesting"],
];

const REGEX = [
  [/\(\?<[=!]/, "look-behind (Safari 16.4)"],
  [/^\/.*\/[a-z]*[dv][a-z]*$/s, "flag d or v"],
];

function inScript(text) {
  const found = new Set();
  const tree = parse(text, { ecmaVersion: 2024, sourceType: "module" });
  full(tree, (node) => {
    if (node.type === "StaticBlock") found.add("static block (Chrome 94)");
    if (node.type === "BinaryExpression" && node.operator === "in" && node.left.type === "PrivateIdentifier") found.add("#x in y (Chrome 91)");
    if (node.type === "Literal" && node.regex) for (const [sign, name] of REGEX) if (sign.test(node.raw)) found.add(name);
    if (node.type === "CallExpression") {
      const name = node.callee.type === "MemberExpression" && !node.callee.computed ? node.callee.property.name : node.callee.name;
      if (CALLS.has(name)) found.add(`${name}()`);
    }
  });
  for (const node of tree.body) if (node.type === "ExpressionStatement" && node.expression.type === "AwaitExpression") found.add("await outside of functions (Chrome 89)");
  return found;
}

function inStyle(text) {
  const bare = text.replace(/url\([^)]*\)|"[^"]*"|'[^']*'/g, "");
  return CSS.filter(([sign]) => sign.test(bare)).map(([, name]) => name);
}

/** What a file of that name uses that is too new. */
export function tooNew(name, text) {
  return name.endsWith(".css") ? inStyle(text) : inScript(text);
}
