import type { SourceDocument } from "../model/document.ts";
import { type Message, t } from "../model/message.ts";
import type { Range } from "../model/range.ts";
import { anchorTrouble, type Place } from "./anchors.ts";
import { clashOf } from "./clash.ts";
import { shownFile } from "./display.ts";
import { definitionsOf, mentionsAt, type Pointed, shownPart, sortOf } from "./find.ts";
import { type Group, groupOf } from "./group.ts";
import type { Mention } from "./mention.ts";
import { riskOf } from "./rename-risk.ts";
import { invalidKey, invalidName } from "./valid-name.ts";
import type { World } from "./world.ts";
import { aliasOf, asPlain, type Written } from "./written.ts";

/** A change that is refused, and why. */
export interface Refused {
  readonly refused: Message;
}

/** What would be renamed: the text that the user edits, where it stands. */
export interface Renameable {
  readonly range: Range;
  readonly text: string;
}

/** A replacement in a document; offsets are the document's. */
export interface NameEdit {
  readonly document: SourceDocument;
  readonly range: Range;
  readonly newText: string;
}

/** All edits of a rename. */
export interface Renaming {
  readonly edits: readonly NameEdit[];
  /** The former name. */
  readonly from: string;
  /** What the user should know before it is applied to a cluster. */
  readonly risk: { readonly text: Message; readonly needsConfirmation: boolean } | undefined;
}

/** What stands at an offset and can be renamed; undefined where no name stands. */
export function prepareRename(
  world: World,
  document: SourceDocument,
  offset: number,
): Renameable | Refused | undefined {
  const pointed = choose(world, mentionsAt(document, offset));
  if (pointed === undefined) return undefined;
  const part = shownPart(pointed);
  return refusal(world, pointed, part) ?? { range: part.range, text: part.text ?? "" };
}

/** Gives what stands at an offset a new name, everywhere; undefined where no name stands. */
export function renameAt(
  world: World,
  document: SourceDocument,
  offset: number,
  name: string,
): Renaming | Refused | undefined {
  const pointed = choose(world, mentionsAt(document, offset));
  if (pointed === undefined) return undefined;
  const { mention, isKey } = pointed;
  const part = shownPart(pointed);
  const early = refusal(world, pointed, part);
  if (early !== undefined) return early;
  if (part.text === name) return { edits: [], from: name, risk: undefined };
  const group = groupOf(world, mention, isKey);
  const [first] = group.definitions;
  const invalid = isKey || first === undefined ? invalidKey(name) : invalidName(first, name);
  const places = placesOf(group, isKey);
  const refused =
    invalid ??
    clashOf(world, group, name, isKey) ??
    anchorTrouble(places) ??
    places.flatMap(({ mention: one, part: at }) => unreadable(one, at) ?? [])[0];
  if (refused !== undefined) return { refused };
  return { edits: editsOf(places, name), from: part.text ?? "", risk: riskOf(group) };
}

/** What is meant where several mentions share a place: the one that something is known about. */
function choose(world: World, pointed: readonly Pointed[]): Pointed | undefined {
  return pointed.find(({ mention }) => definitionsOf(world, mention).length > 0) ?? pointed[0];
}

function refusal(world: World, { mention }: Pointed, part: Written): Refused | undefined {
  if (part.text === undefined) {
    return {
      refused: t(
        "A template or a variable fills in part of this name, so it cannot be renamed here. Change the value that fills it in.",
      ),
    };
  }
  if (/Port$/.test(sortOf(mention)) && /^\d+$/.test(part.text)) {
    return {
      refused: t(
        "{port} is a port number, which programs and other systems may rely on. Give the port a name, or change the number by hand.",
        { port: part.text },
      ),
    };
  }
  if (definitionsOf(world, mention).length > 0) return undefined;
  return {
    refused: t(
      "Nothing that is deployed together with this file is called “{name}”, or several things in the workspace are, so it is not known what else to rename. Change the text by hand.",
      { name: part.text },
    ),
  };
}

function placesOf({ definitions, uses }: Group, isKey: boolean): readonly Place[] {
  return [...definitions, ...uses].map((mention) => ({ mention, part: shownPart({ mention, isKey }) }));
}

function unreadable({ resource }: Mention, part: Written): Message | undefined {
  if (part.exact || aliasOf(resource.document, part) !== undefined) return undefined;
  return t(
    "In {file} the name is written in a way that cannot be changed safely (with escapes, or over several lines). Write it plainly there first.",
    { file: shownFile(resource.document.uri) },
  );
}

/** One edit per place, even where several mentions share it. What repeats an anchor follows it by itself. */
function editsOf(places: readonly Place[], name: string): readonly NameEdit[] {
  const edits = new Map<string, NameEdit>();
  for (const { mention, part } of places) {
    const { document } = mention.resource;
    const { range, node, exact } = part;
    if (!exact) continue;
    const isWhole = range.start === node.range.start && range.end === node.range.end;
    const newText = isWhole && !node.quoted ? asPlain(name) : name;
    edits.set(`${document.uri} ${document.start + range.start}`, { document, range, newText });
  }
  return [...edits.values()].sort(inOrder);
}

function inOrder(a: NameEdit, b: NameEdit): number {
  if (a.document.uri !== b.document.uri) return a.document.uri < b.document.uri ? -1 : 1;
  return a.document.start + a.range.start - (b.document.start + b.range.start);
}
