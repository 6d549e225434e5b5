/** What a page with a shared document uses; `README.md` beside this file tells how. */
import "./live.scss";

export { openColumns, type ColumnConflict, type Columns, type ColumnValue, type ColumnValues } from "./columns";
export { isRemote, type FieldBinding } from "./binding/field";
export { create as elementOf } from "./binding/write";
export type { LivePerson } from "./cursors";
export { openLiveDocument, type FieldParts, type LiveDocument, type LiveEvent, type LiveOptions, type ReadOnly } from "./session";
export type { Signal } from "./signal";
export type { Visit } from "./store";
export { adviceText, readingText, statusText, type SaveState, type SaveStatus } from "./status";
export { textOf } from "./text";
export { undoKeys, type LiveUndo } from "./undo";
