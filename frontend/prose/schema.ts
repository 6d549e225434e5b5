/** The editor's schema, made from the one white list that the server reads too (`realtime/prose/schema.json`). */
import { Schema, type MarkSpec, type MarkType, type NodeSpec, type NodeType } from "prosemirror-model";

import source from "../../realtime/prose/schema.json";
import { cleanAll, fallback, type AttributeRules } from "./attributes";
import * as dom from "./dom";

interface NodeRule {
  content?: string;
  group?: string;
  inline?: boolean;
  attrs?: AttributeRules;
}

interface MarkRule {
  attrs?: AttributeRules;
  excludes?: string;
  inclusive?: boolean;
}

export const nodeRules = source.nodes as Record<string, NodeRule>;
export const markRules = source.marks as Record<string, MarkRule>;

function defaults(rules: AttributeRules = {}): Record<string, { default: unknown }> {
  return Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, { default: fallback(rule) }]));
}

function nodeSpec(name: string, { attrs, ...rule }: NodeRule): NodeSpec {
  return { ...rule, ...(attrs ? { attrs: defaults(attrs) } : {}), ...dom.nodes[name] };
}

/** A mark always excludes itself: otherwise y-prosemirror stores it under a hashed name. */
function markSpec(name: string, { attrs, excludes, inclusive }: MarkRule): MarkSpec {
  return {
    excludes: [name, excludes].filter(Boolean).join(" "),
    ...(inclusive === undefined ? {} : { inclusive }),
    ...(attrs ? { attrs: defaults(attrs) } : {}),
    ...dom.marks[name],
  };
}

function mapped<In, Out>(rules: Record<string, In>, spec: (name: string, rule: In) => Out): Record<string, Out> {
  return Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, spec(name, rule)]));
}

interface Hardened {
  computeAttrs?(attrs: Record<string, unknown> | null): Record<string, unknown>;
}

/** Let no attribute in that the white list does not allow, whoever makes the node: the binding, a paste, a command. */
function harden(made: Schema): Schema {
  for (const [name, type] of Object.entries(made.nodes) as [string, NodeType & Hardened][]) {
    const rules = nodeRules[name]?.attrs;
    if (rules) type.computeAttrs = (attrs) => cleanAll(rules, attrs);
  }
  for (const [name, type] of Object.entries(made.marks) as [string, MarkType][]) {
    const rules = markRules[name]?.attrs;
    if (!rules) continue;
    const create = type.create.bind(type);
    type.create = (attrs) => create(cleanAll(rules, attrs));
  }
  return made;
}

export const schemaVersion: number = source.version;

export const schema = harden(new Schema({ topNode: "doc", nodes: mapped(nodeRules, nodeSpec), marks: mapped(markRules, markSpec) }));
