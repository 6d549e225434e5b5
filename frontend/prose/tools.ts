/** The tools of the toolbar: what each is called, looks like, does, and when it is on. */
import type { Command, EditorState } from "prosemirror-state";
import { t } from "@site/i18n";
import alignCenter from "@icons/align-center.svg?raw";
import alignJustify from "@icons/align-justified.svg?raw";
import alignLeft from "@icons/align-left.svg?raw";
import alignRight from "@icons/align-right.svg?raw";
import bold from "@icons/bold.svg?raw";
import clearIcon from "@icons/clear-formatting.svg?raw";
import highlight from "@icons/highlight.svg?raw";
import dedent from "@icons/indent-decrease.svg?raw";
import indentIcon from "@icons/indent-increase.svg?raw";
import italic from "@icons/italic.svg?raw";
import bullets from "@icons/list.svg?raw";
import numbers from "@icons/list-numbers.svg?raw";
import color from "@icons/text-color.svg?raw";
import typography from "@icons/dots.svg?raw";
import underline from "@icons/underline.svg?raw";

import { palette } from "./attributes";
import * as commands from "./commands";

export interface Tool {
  name: string;
  label: string;
  keys?: string;
  icon: string;
  command: Command;
  on?: (state: EditorState) => boolean;
}

export interface Menu {
  name: string;
  label: string;
  icon: string;
  choices: () => Entry[];
}

export interface Entry {
  label: string;
  sign?: string;
  swatch?: string;
  command: Command;
  on: (state: EditorState) => boolean;
}

const marked = (name: string) => (state: EditorState) => commands.markAt(state, name) !== undefined;
const tinted = (name: string, value: string | null) => (state: EditorState) =>
  ((commands.markAt(state, name)?.attrs.name as string | undefined) ?? null) === value;
const alignedTo = (value: string | null) => (state: EditorState) => ((state.selection.$from.parent.attrs.align as string | null | undefined) ?? null) === value;
const listed = (style: string | null) => (state: EditorState) => {
  const found = commands.within(state, "bullet_list", "ordered_list")?.node;
  return found !== undefined && (style === null ? found.type.name === "bullet_list" : found.attrs.style === style);
};

const markTool = (name: string, label: string, keys: string, source: string): Tool => ({
  name,
  label,
  keys,
  icon: source,
  command: commands.toggle(name),
  on: marked(name),
});

export const marks = (): Tool[] => [
  markTool("strong", t("Bold"), "Ctrl+B", bold),
  markTool("underline", t("Underline"), "Ctrl+U", underline),
  markTool("em", t("Italic"), "Ctrl+I", italic),
];

/** What teachers need now and then: strike, super- and subscript. */
export const moreMarks = (): Menu => ({
  name: "more",
  label: t("More text styles"),
  icon: typography,
  choices: () =>
    [
      ["strike", t("Strikethrough"), "S"],
      ["superscript", t("Superscript"), "x²"],
      ["subscript", t("Subscript"), "x₂"],
    ].map(([name, label, sign]) => ({ label: label!, sign: sign!, command: commands.toggle(name!), on: marked(name!) })),
});

const colorNames = (): Record<string, string> => ({
  red: t("Red"),
  orange: t("Orange"),
  green: t("Green"),
  blue: t("Blue"),
  purple: t("Purple"),
  gray: t("Grey"),
});

function tints(name: "color" | "highlight", prefix: string, none: string): Entry[] {
  const names = colorNames();
  return [null, ...palette].map((value) => ({
    label: value === null ? none : names[value]!,
    swatch: value === null ? "none" : `${prefix}${value}`,
    command: commands.tint(name, value),
    on: tinted(name, value),
  }));
}

export const colours = (): Menu[] => [
  { name: "color", label: t("Text colour"), icon: color, choices: () => tints("color", "c-", t("Automatic")) },
  { name: "highlight", label: t("Highlight"), icon: highlight, choices: () => tints("highlight", "hl-", t("No highlight")) },
];

export const bulletTool = (): Tool => ({
  name: "bullets",
  label: t("Bulleted list"),
  keys: "Ctrl+Shift+8",
  icon: bullets,
  command: commands.list(null),
  on: listed(null),
});

export const numbering = (): Menu => ({
  name: "numbers",
  label: t("Numbered list"),
  icon: numbers,
  choices: () =>
    [
      ["decimal", "1. 2. 3."],
      ["cjk", "一、二、三、"],
      ["paren", "（1）（2）（3）"],
      ["circled", "① ② ③"],
      ["lower-alpha", "a. b. c."],
    ].map(([style, label]) => ({ label: label!, command: commands.list(style!), on: listed(style!) })),
});

export const alignment = (): Menu => ({
  name: "align",
  label: t("Alignment"),
  icon: alignLeft,
  choices: () =>
    (
      [
        [null, t("Align left"), alignLeft],
        ["center", t("Centre"), alignCenter],
        ["right", t("Align right"), alignRight],
        ["justify", t("Justify"), alignJustify],
      ] as const
    ).map(([value, label, source]) => ({ label, sign: source, command: commands.align(value), on: alignedTo(value) })),
});

export const indents = (): Tool[] => [
  { name: "outdent", label: t("Decrease indent"), keys: "Ctrl+[", icon: dedent, command: commands.indent(-1) },
  { name: "indent", label: t("Increase indent"), keys: "Ctrl+]", icon: indentIcon, command: commands.indent(1) },
];

export const clearTool = (): Tool => ({ name: "clear", label: t("Clear formatting"), keys: "Ctrl+\\", icon: clearIcon, command: commands.clear });

/** Paragraph styles for the select: 0 is body text. */
export const blocks = (): { value: string; label: string; command: Command; on: (state: EditorState) => boolean }[] => [
  ...[t("Body text"), t("Large heading"), t("Medium heading"), t("Small heading")].map((label, level) => ({
    value: String(level),
    label,
    command: commands.block(level),
    on: (state: EditorState) => {
      const { type, attrs } = state.selection.$from.parent;
      return level === 0 ? type.name === "paragraph" && commands.within(state, "blockquote") === null : type.name === "heading" && attrs.level === level;
    },
  })),
  {
    value: "quote",
    label: t("Quotation"),
    command: commands.quote,
    on: (state) => commands.within(state, "blockquote") !== null,
  },
];
