import { globSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Measured } from "./table.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What is shipped, in kB, as far as it has been built (`npm run package`). */
export function measureSizes(): Measured {
  const parts = {
    "command line and server": "server/dist/**/*.mjs",
    "extension's entry": "client/dist/*.cjs",
    "VSIX (budget 3 MB)": "*.vsix",
  };
  const rows = Object.entries(parts).flatMap(([what, pattern]) => {
    const paths = globSync(pattern, { cwd: root });
    const bytes = paths.reduce((sum, path) => sum + statSync(`${root}${path}`).size, 0);
    return bytes === 0 ? [] : [{ what, value: `${(bytes / 1000).toFixed(0)} kB` }];
  });
  return { rows };
}
