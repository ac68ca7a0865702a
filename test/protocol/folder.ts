import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { fileUri } from "./client.ts";

/** A folder with files, which goes when the test is over. */
export class TestFolder {
  readonly path: string;

  constructor(test: TestContext, files: Readonly<Record<string, string>> = {}) {
    this.path = mkdtempSync(join(tmpdir(), "nines-protocol-"));
    test.after(() => rmSync(this.path, { recursive: true, force: true }));
    for (const [path, text] of Object.entries(files)) this.write(path, text);
  }

  /** Writes a file and returns its URI. */
  write(path: string, text: string): string {
    const file = join(this.path, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return fileUri(file);
  }

  uri(path: string): string {
    return fileUri(join(this.path, path));
  }

  remove(path: string): string {
    rmSync(join(this.path, path), { recursive: true });
    return this.uri(path);
  }
}
