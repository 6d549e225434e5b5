/** A field without an editor: live HTML for reading, printing, finding with Ctrl+F and screen readers. */
import { DOMSerializer, type Node } from "prosemirror-model";

import { schema } from "./schema";

const serializer = DOMSerializer.fromSchema(schema);

/** Put `node` into `host` as HTML; an empty paragraph keeps its line, as in the editor. */
export function renderStatic(host: HTMLElement, node: Node): void {
  const content = serializer.serializeFragment(node.content, { document: host.ownerDocument });
  const lines = "querySelectorAll" in content ? content.querySelectorAll("p:empty, h3:empty, h4:empty, h5:empty") : [];
  lines.forEach((line) => line.append(host.ownerDocument.createElement("br")));
  host.replaceChildren(content);
}

/** The HTML of a node, as the server's `to_html` writes it. */
export function toHtml(node: Node): string {
  const host = document.createElement("div");
  host.append(serializer.serializeFragment(node.content, { document }));
  return host.innerHTML;
}
