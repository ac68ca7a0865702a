import { isUtf8 } from "node:buffer";
import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { type Message, t } from "../model/message.ts";

/** A file's text without its byte order mark, or why it is not read. */
export type ReadOutcome =
  | { readonly text: string; readonly bom: boolean }
  /** `isRefused`: the operating system did not let us; else it is no text that Nines reads. */
  | { readonly problem: Message; readonly isRefused: boolean };

/** Larger files are no manifests that somebody writes; reading them would only cost memory. */
export const MAX_BYTES = 20 * 1024 * 1024;
/** A manifest in JSON names its type at the start; lists name that of their first item there. */
const HEAD_BYTES = 16 * 1024;
const BOM = "\uFEFF";

/** Reads a file. `undefined`: a JSON file that is no manifest, which nobody asked for by name. */
export function readManifest(path: string, isNamed: boolean): ReadOutcome | undefined {
  try {
    const file = openSync(path, "r");
    try {
      if (!isNamed && isJson(path) && !looksLikeManifest(file)) return undefined;
      return fstatSync(file).size > MAX_BYTES ? tooLarge() : decode(readFileSync(file));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return { problem: t("It could not be read: {reason}.", { reason: reasonOf(error) }), isRefused: true };
  }
}

/** Turns a file's bytes into text. */
export function decode(bytes: Buffer): ReadOutcome {
  if (bytes.length > MAX_BYTES) return tooLarge();
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return noText(t("It is encoded in UTF-16. Save it as UTF-8, so that every tool can read it."));
  }
  if (!isUtf8(bytes)) {
    return noText(t("It is not encoded in UTF-8. Save it as UTF-8, so that every tool can read it."));
  }
  const text = bytes.toString("utf8");
  // Editors hide the mark from the language server too: columns and verdicts are the same in both.
  return text.startsWith(BOM) ? { text: text.slice(1), bom: true } : { text, bom: false };
}

/** A file's content as it stands on the disk. */
export function encode(text: string, bom: boolean): string {
  return bom ? BOM + text : text;
}

/** Why the operating system refused, without its error code. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /^[A-Z]+: (.*?),/.exec(message)?.[1] ?? message;
}

function isJson(path: string): boolean {
  return path.toLowerCase().endsWith(".json");
}

function looksLikeManifest(file: number): boolean {
  const head = Buffer.allocUnsafe(HEAD_BYTES);
  const text = head.toString("latin1", 0, readSync(file, head, 0, HEAD_BYTES, 0));
  return /"apiVersion"\s*:/.test(text) && /"kind"\s*:/.test(text);
}

function tooLarge(): ReadOutcome {
  return noText(t("It is larger than {limit} MiB. Split it.", { limit: MAX_BYTES / 1024 / 1024 }));
}

function noText(problem: Message): ReadOutcome {
  return { problem, isRefused: false };
}
