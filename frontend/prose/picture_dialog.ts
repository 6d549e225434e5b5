/** Choosing picture files, and describing and sizing a picture that is in the text. */
import { NodeSelection } from "prosemirror-state";
import { t } from "@site/i18n";

import { ask, row } from "./dialog";
import { el } from "./elements";
import type { ProseField } from "./field";
import { insertFiles, type PictureStore } from "./pictures";

/** The system's own dialog; on phones it offers the camera. */
export function choosePictures(field: ProseField, store: PictureStore): void {
  const input = el("input", { type: "file", accept: "image/*", multiple: true, hidden: true });
  input.addEventListener("change", () => {
    insertFiles(field, Array.from(input.files ?? []), store);
    input.remove();
  });
  document.body.append(input);
  input.click();
}

/** Ask for the description and width of the selected picture. */
export async function describePicture(field: ProseField): Promise<void> {
  const selection = field.view?.state.selection;
  if (!(selection instanceof NodeSelection) || selection.node.type.name !== "image") return;
  const { attrs } = selection.node;
  const alt = el("input", { type: "text", maxlength: "200", value: attrs.alt as string });
  const width = el("input", { type: "number", min: "16", max: "4000", step: "1", value: attrs.width === null ? "" : String(attrs.width) });
  const answer = await ask({
    title: t("Picture"),
    fields: [
      row(t("Description"), alt, t("Read out to those who cannot see the picture.")),
      row(t("Width in pixels"), width, t("Left empty, the picture is shown as large as it is.")),
    ],
    confirm: t("OK"),
    other: t("Delete picture"),
    check: () => (width.value === "" || (Number(width.value) >= 16 && Number(width.value) <= 4000) ? null : t("A width from 16 to 4000.")),
  });
  if (answer === "cancel") return;
  field.run((state, dispatch) => {
    const { from } = selection;
    if (state.doc.nodeAt(from)?.attrs.picture !== attrs.picture) return false;
    if (answer === "other") dispatch?.(state.tr.delete(from, from + 1));
    else dispatch?.(state.tr.setNodeMarkup(from, null, { ...attrs, alt: alt.value.trim(), width: width.value === "" ? null : Math.round(Number(width.value)) }));
    return true;
  });
}
