import type { SourceDocument } from "../model/document.ts";
import { type Message, t } from "../model/message.ts";
import { shownFile } from "./display.ts";
import type { Mention } from "./mention.ts";
import { aliasOf, anchorOf, type Written } from "./written.ts";

/** A mention with the part of it that changes. */
export interface Place {
  readonly mention: Mention;
  readonly part: Written;
}

/**
 * Why places cannot change together when YAML anchors tie some of them to others: each alias of an anchor that
 * changes must be among them, and the anchor of each alias. Undefined when they can.
 */
export function anchorTrouble(places: readonly Place[]): Message | undefined {
  const byDocument = new Map<SourceDocument, Place[]>();
  for (const place of places) {
    const { document } = place.mention.resource;
    byDocument.set(document, [...(byDocument.get(document) ?? []), place]);
  }
  for (const [document, own] of byDocument) {
    const anchors = startsOf(own, (place) => anchorOf(document, place.part));
    const aliases = startsOf(own, (place) => aliasOf(document, place.part));
    for (const name of new Set([...anchors.keys(), ...aliases.keys()])) {
      const known = aliases.get(name)?.size ?? 0;
      if (anchors.has(name) && known === countAliases(document, name)) continue;
      return t(
        "In {file} the name is tied to other values by the YAML anchor “{anchor}”, which would change along. Write the values out first.",
        { file: shownFile(document.uri), anchor: name },
      );
    }
  }
  return undefined;
}

/** Where in the text the places of each name start. */
function startsOf(places: readonly Place[], nameOf: (place: Place) => string | undefined) {
  const starts = new Map<string, Set<number>>();
  for (const place of places) {
    const name = nameOf(place);
    if (name === undefined) continue;
    starts.set(name, (starts.get(name) ?? new Set()).add(place.part.node.range.start));
  }
  return starts;
}

function countAliases({ text }: SourceDocument, name: string): number {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return [...text.matchAll(new RegExp(`(?<=[\\s,:[{-])\\*${escaped}(?=[\\s,\\]}]|$)`, "g"))].length;
}
