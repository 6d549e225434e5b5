/** Pasting and dropping: cleaned text, picture files, and a sentence about what could not come along. */
import { Slice, type Node } from "prosemirror-model";
import { Plugin, type Transaction } from "prosemirror-state";
import type { EditorView } from "prosemirror-view";
import { t } from "@site/i18n";

import type { ProseField } from "../field";
import { bytesOf, hold, insertFiles, type Incoming, type PictureStore } from "../pictures";
import { toast } from "../toast";
import { cleanPasted, isTooLarge, MARKER, type Pasted } from "./clean";

/** More text than a lesson plan holds. */
export const MOST_PLAIN = 200_000;

export function pasting(field: ProseField, store: PictureStore): Plugin {
  let latest: Pasted | null = null;
  const insert = (view: EditorView, slice: Slice, at?: number): boolean => {
    const pasted = latest;
    latest = null;
    if (!pasted) return false;
    void adopt(pasted, store);
    tellLost(pasted);
    if (!pasted.pictures.length) return false;
    insertWithPictures(view, slice, pasted, field, store, at);
    return true;
  };
  return new Plugin({
    props: {
      transformPastedHTML(html) {
        latest = cleanPasted(html, { tables: field.free, origin: location.origin });
        return latest.html;
      },
      transformPastedText: (text) => text.replace(/^[\u3000\u00a0 ]+/gm, ""),
      handlePaste: (view, _event, slice) => insert(view, slice),
      handleDrop: (view, event, slice, moved) =>
        !moved && insert(view, slice, view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos ?? view.state.selection.from),
      handleDOMEvents: {
        paste: (view, event) => takeOver(view, event, event.clipboardData, field, store),
        drop: (view, event) => !view.dragging && takeOver(view, event, event.dataTransfer, field, store, view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos),
      },
    },
  });
}

/** What ProseMirror must not see: picture files, and more than it could digest. */
function takeOver(view: EditorView, event: Event, data: DataTransfer | null, field: ProseField, store: PictureStore, at?: number): boolean {
  if (!data || !view.editable) return false;
  const html = data.getData("text/html");
  const files = Array.from(data.files);
  if (files.length && onlyPictures(html)) {
    event.preventDefault();
    if (!insertFiles(field, files, store, at)) toast(t("Only pictures can be put into the text. Add other files as attachments."), { seconds: 8 });
    return true;
  }
  if (!tooLarge(html, data.getData("text/plain"))) return false;
  event.preventDefault();
  const text = data.getData("text/plain");
  if (text && text.length <= MOST_PLAIN) {
    view.pasteText(text);
    toast(t("There was too much formatting, so only the text was pasted."), { seconds: 8 });
  } else toast(t("This is too much to paste at once. Paste it in parts, or import the Word file."), { seconds: 8 });
  return true;
}

/** One picture copied from Word comes as a file and as a page with nothing but it. */
function onlyPictures(html: string): boolean {
  if (!html) return true;
  const { body } = new DOMParser().parseFromString(html, "text/html");
  return body.querySelectorAll("img").length <= 1 && body.querySelector("table") === null && !body.textContent?.trim();
}

function tooLarge(html: string, text: string): boolean {
  return text.length > MOST_PLAIN || isTooLarge(html);
}

function insertWithPictures(view: EditorView, slice: Slice, pasted: Pasted, field: ProseField, store: PictureStore, at?: number): void {
  const tr = view.state.tr;
  const from = at ?? view.state.selection.from;
  if (at === undefined) tr.replaceSelection(slice);
  else tr.replaceRange(at, at, slice);
  const places = takeMarkers(tr, from, tr.mapping.map(at ?? view.state.selection.to));
  const start = hold(tr, incoming(places, pasted), field, store);
  view.dispatch(tr.scrollIntoView().setMeta("paste", true).setMeta("uiEvent", "paste"));
  start();
}

/** Take the markers of pictures out of what was pasted; the places where they stood, by number. */
export function takeMarkers(tr: Transaction, from: number, to: number): Map<number, number> {
  const found: { index: number; from: number; to: number }[] = [];
  tr.doc.nodesBetween(Math.max(0, from - 1), Math.min(tr.doc.content.size, to), (node: Node, position) => {
    for (const match of node.text?.matchAll(MARKER) ?? [])
      found.push({ index: Number(match[1]), from: position + match.index!, to: position + match.index! + match[0].length });
  });
  const steps = tr.steps.length;
  for (const marker of [...found].reverse()) tr.delete(marker.from, marker.to);
  return new Map(found.map((marker) => [marker.index, tr.mapping.slice(steps).map(marker.from, -1)]));
}

function incoming(places: Map<number, number>, pasted: Pasted): Incoming[] {
  return pasted.pictures.flatMap(({ source, alt, width }, index) => {
    const file = bytesOf(source);
    const position = places.get(index);
    return file && position !== undefined ? [{ file, name: `${index + 1}.${file.type.slice(6)}`, alt, width, position }] : [];
  });
}

async function adopt({ adopted }: Pasted, store: PictureStore): Promise<void> {
  if (!adopted.length) return;
  const refused = await store.adopt(adopted).catch(() => adopted);
  if (refused.length) toast(t("%(count)s pictures belong to a plan that you may not read; others will not see them here.", { count: refused.length }), { seconds: 10 });
}

function tellLost({ lost }: Pasted): void {
  const sentences = [
    lost.local && t("%(count)s pictures were left in the Word file. Copy them one by one, or import the file.", { count: lost.local }),
    lost.remote && t("%(count)s pictures from other websites were not pasted. Save them first, then insert them.", { count: lost.remote }),
    lost.many && t("%(count)s pictures were too many to paste at once.", { count: lost.many }),
  ].filter((sentence): sentence is string => Boolean(sentence));
  if (sentences.length) toast(sentences.join(" "), { seconds: 12 });
}
