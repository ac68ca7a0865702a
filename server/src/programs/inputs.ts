import { createHash, type Hash } from "node:crypto";
import { type Dirent, readFileSync, statSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Message, t } from "../model/message.ts";
import type { Tree } from "../render/kustomization.ts";

/** A chart that is larger than this is not read, by Helm neither. */
const MAX_FILES = 5_000;
const MAX_BYTES = 64 * 1024 * 1024;

/** A hash of everything that a build reads, or why it is too much. */
export type Fingerprint =
  | {
      readonly key: string;
      /** Hashes of single files by path; none of a folder that was read as a whole. */
      readonly sums: ReadonlyMap<string, string>;
    }
  | { readonly refusal: Message };

class TooMuch extends Error {}

/** Sums up the content of a folder: Helm reads all of a chart. */
export async function fingerprintOfFolder(folder: string, signal: AbortSignal): Promise<Fingerprint> {
  const hash = createHash("sha256");
  const budget = { files: MAX_FILES, bytes: MAX_BYTES };
  try {
    await addFolder(folder, "", hash, budget, signal, 0);
    return { key: hash.digest("hex"), sums: new Map() };
  } catch (error) {
    if (error instanceof TooMuch) return { refusal: tooLarge() };
    throw error;
  }
}

/** Sums up the content of single files. */
export async function fingerprintOfFiles(paths: readonly string[]): Promise<Fingerprint> {
  const hash = createHash("sha256");
  const sums = new Map<string, string>();
  let bytes = MAX_BYTES;
  for (const path of [...paths].sort()) {
    const { size } = await stat(path);
    bytes -= size;
    if (bytes < 0) return { refusal: tooLarge() };
    const content = await readFile(path);
    add(hash, path, content);
    sums.set(path, sumOf(content));
  }
  return { key: hash.digest("hex"), sums };
}

/** The hash of one file's content, or of a text as it is kept: without a byte order mark. */
export function sumOf(content: Buffer | string): string {
  const isMarked = typeof content !== "string" && content.subarray(0, 3).equals(BYTE_ORDER_MARK);
  return createHash("sha256")
    .update(isMarked ? content.subarray(3) : content)
    .digest("hex");
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Nested deeper than this, folders lead in a circle through links. */
const MAX_DEPTH = 20;

async function addFolder(
  root: string,
  below: string,
  hash: Hash,
  budget: { files: number; bytes: number },
  signal: AbortSignal,
  depth: number,
): Promise<void> {
  if (depth > MAX_DEPTH) throw new TooMuch();
  const entries: Dirent[] = await readdir(join(root, below), { withFileTypes: true });
  for (const { name } of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    signal.throwIfAborted();
    const path = join(below, name);
    // Followed through links, as Helm does.
    const found = await stat(join(root, path)).catch(() => undefined);
    if (found?.isDirectory()) await addFolder(root, path, hash, budget, signal, depth + 1);
    if (!found?.isFile()) continue;
    budget.files -= 1;
    budget.bytes -= found.size;
    if (budget.files < 0 || budget.bytes < 0) throw new TooMuch();
    add(hash, path, await readFile(join(root, path)));
  }
}

function add(hash: Hash, path: string, content: Buffer): void {
  hash.update(`${path.length} ${path} ${content.length} `);
  hash.update(content);
}

function tooLarge(): Message {
  return t(
    "It has more than {files} files or {size} MiB, so it is not rendered. Leave out what does not belong to it, or render it yourself and check the output with `nines check --stdin`.",
    { files: MAX_FILES, size: MAX_BYTES / 1024 / 1024 },
  );
}

/** The files of the disk as a kustomization's reader needs them. `pathOf` gives the path of a URI. */
export function diskTree(pathOf: (uri: string) => string | undefined): Tree {
  return {
    text(uri) {
      const path = pathOf(uri);
      try {
        return path === undefined || statSync(path).size > MAX_BYTES ? undefined : readFileSync(path, "utf8");
      } catch {
        return undefined;
      }
    },
    kindOf(uri) {
      const path = pathOf(uri);
      const found = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
      if (found?.isDirectory()) return "folder";
      return found?.isFile() ? "file" : undefined;
    },
  };
}
