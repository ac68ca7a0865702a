import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Row } from "./table.ts";

/** One saved run. Ratios only: absolute times say more about the machine than about Nines. */
interface Entry {
  readonly date: string;
  readonly commit: string;
  readonly ratios: Readonly<Record<string, number>>;
}

const PATH = fileURLToPath(new URL("history.json", import.meta.url));
const MUCH_WORSE = 1.3;

/** The ratios beside those of the last saved run. */
export function compare(ratios: Readonly<Record<string, number>>): Row[] {
  const last = read().at(-1);
  return Object.entries(ratios).map(([what, value]) => {
    const before = last?.ratios[what];
    const worse = before !== undefined && value > before * MUCH_WORSE ? "  <- more than 30 % worse" : "";
    const note = before === undefined ? "" : `${before.toFixed(3)} at ${last?.commit}${worse}`;
    return { what, value: value.toFixed(3), note };
  });
}

/** Adds the ratios to the committed history. */
export function save(ratios: Readonly<Record<string, number>>): void {
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], {
    cwd: fileURLToPath(new URL(".", import.meta.url)),
  });
  const rounded = Object.fromEntries(
    Object.entries(ratios).map(([what, value]) => [what, Number(value.toFixed(4))]),
  );
  const entry = {
    date: new Date().toISOString().slice(0, 10),
    commit: commit.toString().trim(),
    ratios: rounded,
  };
  writeFileSync(PATH, `${JSON.stringify([...read(), entry], null, 2)}\n`);
}

function read(): readonly Entry[] {
  try {
    return JSON.parse(readFileSync(PATH, "utf8"));
  } catch {
    return [];
  }
}
