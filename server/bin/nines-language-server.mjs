#!/usr/bin/env node
import { existsSync } from "node:fs";
import module from "node:module";

const bundle = new URL("../dist/language-server.mjs", import.meta.url);
if (existsSync(bundle)) {
  // Compiling takes most of a short run; newer versions of Node.js keep the result.
  module.enableCompileCache?.();
  await import(bundle.href);
} else {
  console.error(
    "This copy of Nines is not built yet. Run `npm ci` or `npm run build` in its repository first.",
  );
  process.exitCode = 2;
}
