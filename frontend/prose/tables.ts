/**
 * Tables in free fields, loaded when there is one.
 *
 * Two people who add a row and a column at once leave a table with gaps. Every editor of prosemirror-tables would mend
 * that by itself, and each mending would be one more change for the others to mend: columns without end. Here a table
 * is mended in one place only, by the page that `mends`, and in what somebody has just pasted, by their own page.
 */
import { gapCursor } from "prosemirror-gapcursor";
import { Fragment, type Node } from "prosemirror-model";
import { Plugin, Selection, TextSelection, type Command, type EditorState, type Transaction } from "prosemirror-state";
import * as tables from "prosemirror-tables";
import { t } from "@site/i18n";
import columnLeft from "@icons/column-insert-left.svg?raw";
import columnRight from "@icons/column-insert-right.svg?raw";
import columnRemove from "@icons/column-remove.svg?raw";
import rowAbove from "@icons/row-insert-top.svg?raw";
import rowBelow from "@icons/row-insert-bottom.svg?raw";
import rowRemove from "@icons/row-remove.svg?raw";
import tableOff from "@icons/table-off.svg?raw";

import { schema } from "./schema";

const cellType = schema.nodes.table_cell!;

/** prosemirror-tables' plugin without its mending of everybody's tables. */
export function tableEditing(): Plugin {
  const { spec } = tables.tableEditing();
  const { appendTransaction, ...rest } = spec;
  return new Plugin({
    ...rest,
    appendTransaction(transactions, old, state) {
      const own = transactions.some((tr) => tr.getMeta("paste") === true);
      // With the state as its own past nothing counts as changed: selections are put right, tables are left alone.
      return appendTransaction?.call(this, transactions, own ? old : state, state) ?? null;
    },
  });
}

/** Tab goes from cell to cell, and makes a new row after the last one. */
export const tableKeys: Record<string, Command> = {
  Tab: (state, dispatch, view) => tables.goToNextCell(1)(state, dispatch) || (tables.isInTable(state) && addRowAndGo(state, dispatch, view)),
  "Shift-Tab": tables.goToNextCell(-1),
};

const addRowAndGo: Command = (state, dispatch, view) => {
  const added = tables.addRowAfter(state, dispatch);
  if (added && view) tables.goToNextCell(1)(view.state, view.dispatch.bind(view));
  return added;
};

/** What mends the tables of a document, or null when they are whole. */
export function mending(state: EditorState): Transaction | null {
  return tables.fixTables(state) ?? null;
}

/** A table; after it there is always a line to go on writing. */
export function insertTable(rows: number, columns: number): Command {
  return (state, dispatch) => {
    const line = (): Node => schema.nodes.table_row!.create(null, Array.from({ length: columns }, () => cellType.createAndFill()!));
    const table = schema.nodes.table!.create(null, Array.from({ length: rows }, line));
    const { $from } = state.selection;
    const at = $from.depth ? $from.after(1) : 0;
    const last = at === state.doc.content.size;
    const tr = state.tr.insert(at, Fragment.from(last ? [table, schema.nodes.paragraph!.create()] : [table]));
    dispatch?.(tr.setSelection(TextSelection.near(tr.doc.resolve(at + 3))).scrollIntoView());
    return true;
  };
}

/** Take the table away; the caret goes to the nearest text. */
export const removeTable: Command = (state, dispatch) => {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth -= 1)
    if ($from.node(depth).type.name === "table") {
      const tr = state.tr.delete($from.before(depth), $from.after(depth));
      dispatch?.(tr.setSelection(Selection.near(tr.doc.resolve(Math.min($from.before(depth), tr.doc.content.size)))).scrollIntoView());
      return true;
    }
  return false;
};

export interface TableTool {
  label: string;
  icon?: string;
  command: Command;
}

/** What the menu offers while the caret is in a table. */
export const tableTools = (): TableTool[] => [
  { label: t("Row above"), icon: rowAbove, command: tables.addRowBefore },
  { label: t("Row below"), icon: rowBelow, command: tables.addRowAfter },
  { label: t("Column to the left"), icon: columnLeft, command: tables.addColumnBefore },
  { label: t("Column to the right"), icon: columnRight, command: tables.addColumnAfter },
  { label: t("Merge cells"), command: tables.mergeCells },
  { label: t("Split cell"), command: tables.splitCell },
  { label: t("Header row"), command: tables.toggleHeaderRow },
  { label: t("Delete row"), icon: rowRemove, command: tables.deleteRow },
  { label: t("Delete column"), icon: columnRemove, command: tables.deleteColumn },
  { label: t("Delete table"), icon: tableOff, command: removeTable },
];

export const inTable = tables.isInTable;

/** A place for the caret before and after a table that has no line there. */
export { gapCursor };
