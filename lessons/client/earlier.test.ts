import { beforeEach, describe, expect, it } from "vitest";
import * as Y from "yjs";

import { elementOf } from "@live/index";
import { schema } from "@prose/schema";

import { lostSteps } from "./earlier";
import { addStep, cell, inOrder, moveStep, removeStep, setMinutes, setPhase, type Steps } from "./steps";
import { textOf } from "./stood";

const stepsOf = (doc: Y.Doc): Steps => doc.getMap("steps");
const paragraph = (text: string) => elementOf(schema.nodes.paragraph!.create(null, schema.text(text)));

let server: Y.Doc;
let ids: string[];
/** The document as the closed page had it, and what it wrote. */
let page: Y.Doc;
let own: Uint8Array[];

beforeEach(() => {
  server = new Y.Doc();
  ids = ["导入", "", "小结"].map((phase, index) => {
    const id = addStep(stepsOf(server), index);
    setPhase(stepsOf(server), id, phase);
    setMinutes(stepsOf(server), id, 10 + index);
    cell(stepsOf(server), id, "teacher")!.insert(0, [paragraph(`${index}讲`)]);
    return id;
  });
  page = new Y.Doc();
  Y.applyUpdate(page, Y.encodeStateAsUpdate(server));
  own = [];
  page.on("update", (update: Uint8Array) => own.push(update));
});

/** What is given back once the server's document is here and the closed page's edits were sent. */
function lost() {
  const visit = { id: "a", updates: [Y.encodeStateAsUpdate(page)], own };
  const live = new Y.Doc();
  Y.applyUpdate(live, Y.encodeStateAsUpdate(server));
  for (const update of own) Y.applyUpdate(live, update);
  return lostSteps(visit, stepsOf(live));
}

describe("a step deleted while the page that wrote in it was closed", () => {
  it.each<[string, (id: string) => void, string]>([
    ["a new paragraph", (id) => cell(stepsOf(page), id, "teacher")!.insert(1, [paragraph("离线写的")]), "1讲\n离线写的"],
    ["words in a paragraph", (id) => ((cell(stepsOf(page), id, "teacher")!.get(0) as Y.XmlElement).get(0) as Y.XmlText).insert(1, "离线"), "1离线讲"],
    ["a name", (id) => setPhase(stepsOf(page), id, "新授"), "新授\n\n1讲"],
    ["minutes", (id) => setMinutes(stepsOf(page), id, 25), "1讲"],
  ])("is given back where one wrote %s", (_name, write, text) => {
    write(ids[1]!);
    removeStep(stepsOf(server), ids[1]!);

    const found = lost();

    expect(found.map(textOf)).toEqual([text]);
    const { phase, minutes, order } = inOrder(stepsOf(page))[1]!;
    expect(found[0]).toMatchObject({ step: { phase, minutes, order }, name: phase || "Step 2", at: null, focus: false });
  });

  it.each<[string, () => void]>([
    ["one wrote elsewhere", () => setPhase(stepsOf(page), ids[0]!, "激趣")],
    ["one has only moved it", () => void moveStep(stepsOf(page), ids[1]!, 0)],
    ["one deleted it oneself", () => (setPhase(stepsOf(page), ids[1]!, "新授"), void removeStep(stepsOf(page), ids[1]!))],
  ])("is not told where %s", (_name, act) => {
    act();
    removeStep(stepsOf(server), ids[1]!);

    expect(lost()).toEqual([]);
  });

  it("is given back where the step was brought back without what one wrote", () => {
    setPhase(stepsOf(page), ids[1]!, "新授");
    removeStep(stepsOf(server), ids[1]!)!();

    expect(lost().map(({ name }) => name)).toEqual(["新授"]);
  });

  it("is not told where it still stands", () => {
    setPhase(stepsOf(page), ids[1]!, "新授");
    removeStep(stepsOf(server), ids[2]!);

    expect(lost()).toEqual([]);
  });

  it("is not told of what rests on edits that are not here", () => {
    setPhase(stepsOf(page), ids[1]!, "新授");
    setPhase(stepsOf(page), ids[1]!, "讲授");

    const visit = { id: "a", updates: [own[1]!], own: [own[1]!] };

    expect(lostSteps(visit, stepsOf(new Y.Doc()))).toEqual([]);
  });
});
