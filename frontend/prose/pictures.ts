/**
 * Pictures on their way into a document: chosen, dropped or pasted, uploaded with progress, then put in.
 *
 * While one is uploaded its place is held by a decoration, which is on this page only.
 */
import { Plugin, PluginKey, type EditorState, type Transaction } from "prosemirror-state";
import { Decoration, DecorationSet, type EditorView } from "prosemirror-view";
import { t } from "@site/i18n";

import { el } from "./elements";
import type { ProseField } from "./field";
import { schema } from "./schema";
import { toast } from "./toast";

export interface StoredPicture {
  picture: string;
  width: number;
  height: number;
}

/** Where pictures go; errors carry a sentence for the person. */
export interface PictureStore {
  upload(file: Blob, name: string, progress: (share: number) => void): Promise<StoredPicture>;
  /** Let this document show pictures of others; returns those it may not. */
  adopt(pictures: string[]): Promise<string[]>;
}

export const LARGEST_PICTURE = 20 * 2 ** 20;
const WIDEST = 640;

interface Hold {
  id: object;
  position: number;
  element: HTMLElement;
}

const held = new PluginKey<DecorationSet>("pictures on their way");

export function picturePlaces(): Plugin {
  return new Plugin<DecorationSet>({
    key: held,
    state: {
      init: () => DecorationSet.empty,
      apply(tr, set) {
        const change = tr.getMeta(held) as { add?: Hold[]; remove?: object } | undefined;
        let next = set.map(tr.mapping, tr.doc);
        const added = (change?.add ?? []).map(({ id, position, element }) => Decoration.widget(position, element, { id, side: -1, key: String(position) }));
        if (added.length) next = next.add(tr.doc, added);
        if (change?.remove) next = next.remove(next.find(undefined, undefined, (spec) => spec.id === change.remove));
        return next;
      },
    },
    props: { decorations: (state) => held.getState(state) },
  });
}

function placeOf(state: EditorState, id: object): number | null {
  return held.getState(state)?.find(undefined, undefined, (spec) => spec.id === id)[0]?.from ?? null;
}

export interface Incoming {
  file: Blob;
  name: string;
  alt: string;
  width: number | null;
  position: number;
}

/** Hold places in `tr` for pictures and upload them once it is dispatched. Call the result after dispatching. */
export function hold(tr: Transaction, incoming: Incoming[], field: ProseField, store: PictureStore): () => void {
  const holds = incoming.map((picture) => {
    const bar = el("progress", { max: "1", value: "0", "aria-label": t("Uploading picture") });
    return { picture, bar, id: {}, position: picture.position, element: el("span", { class: "uploading", contenteditable: "false" }, bar) };
  });
  tr.setMeta(held, { add: holds });
  return () => {
    for (const { picture, bar, id } of holds) void send(picture, id, (share) => (bar.value = share), field, store);
  };
}

async function send(picture: Incoming, id: object, progress: (share: number) => void, field: ProseField, store: PictureStore): Promise<void> {
  field.hold();
  try {
    const stored = await store.upload(picture.file, picture.name, progress);
    settle(field.view, id, stored, picture);
  } catch (error) {
    field.view?.dispatch(field.view.state.tr.setMeta(held, { remove: id }));
    toast(error instanceof Error && error.message ? error.message : t("The picture could not be uploaded. Please try again."), { seconds: 8 });
  } finally {
    field.release();
  }
}

function settle(view: EditorView | null, id: object, stored: StoredPicture, { alt, width }: Incoming): void {
  if (!view) return;
  const position = placeOf(view.state, id);
  const tr = view.state.tr.setMeta(held, { remove: id });
  if (position !== null) {
    const image = schema.nodes.image!.create({ picture: stored.picture, alt, width: width ?? Math.min(stored.width, WIDEST) });
    tr.insert(position, image);
  }
  view.dispatch(tr);
}

/** Put picture files at a place of the field (its selection, if none is named). */
export function insertFiles(field: ProseField, files: readonly File[], store: PictureStore, at?: number): boolean {
  const view = field.mount();
  const pictures = files.filter((file) => file.type.startsWith("image/"));
  if (!view || !pictures.length) return false;
  const small = pictures.filter((file) => file.size <= LARGEST_PICTURE);
  if (small.length < pictures.length) toast(t("A picture may be at most %(size)s MB large.", { size: LARGEST_PICTURE / 2 ** 20 }), { seconds: 8 });
  const position = at ?? view.state.selection.to;
  const tr = view.state.tr;
  const start = hold(
    tr,
    small.map((file) => ({ file, name: file.name, alt: "", width: null, position })),
    field,
    store,
  );
  view.dispatch(tr);
  start();
  return true;
}

/** The bytes of a data address. */
export function bytesOf(address: string): Blob | null {
  const match = /^data:(image\/[a-z+.-]+);base64,([\s\S]+)$/i.exec(address);
  if (!match) return null;
  try {
    const text = atob(match[2]!.replace(/\s+/g, ""));
    return new Blob([Uint8Array.from(text, (character) => character.charCodeAt(0))], { type: match[1]! });
  } catch {
    return null;
  }
}
