import { entriesOf, itemsOf, type Node } from "../../model/node.ts";

/** Words that YAML takes for something else than text, in this version of it or the one before. */
const WORDS = /^(?:true|false|yes|no|on|off|y|n|null|~)$/i;

/** As long as a line of comment may be. */
const WIDTH = 112;

/** A comment of as many lines as it takes, each behind `indent`. */
export function comment(indent: string, text: string): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent.length + 2 + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => `${indent}# ${each}`);
}

/** A scalar as it stands in a flow map: plain where nothing could take it for something else. */
export function scalar(text: string): string {
  const isPlain = /^[A-Za-z][\w./-]*$/.test(text) && !WORDS.test(text);
  return isPlain ? text : JSON.stringify(text);
}

/** A map on one line, without the entries that have no value. */
export function flow(entries: Readonly<Record<string, string | undefined>>): string {
  const parts = Object.entries(entries).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}: ${value}`],
  );
  return `{${parts.join(", ")}}`;
}

/** Deeper than any setting is nested. */
const DEEPEST = 12;

/** A node of a manifest on one line. What a template decides is left out. */
export function flowOf(node: Node, depth = 0): string | undefined {
  if (depth > DEEPEST) return undefined;
  if (node.kind === "seq")
    return `[${itemsOf(node)
      .flatMap((item) => flowOf(item, depth + 1) ?? [])
      .join(", ")}]`;
  if (node.kind === "map") {
    const entries = entriesOf(node).flatMap(({ key, value }): [string, string][] => {
      const text = flowOf(value, depth + 1);
      return key.unknown || text === undefined ? [] : [[scalar(String(key.value)), text]];
    });
    return flow(Object.fromEntries(entries));
  }
  if (node.unknown || node.value === null) return undefined;
  return typeof node.value === "string" ? scalar(node.value) : String(node.value);
}
