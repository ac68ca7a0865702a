/**
 * Bundles what is shipped: the command line and the language server (server/dist), the extension's entry
 * (client/dist), the pages of its panels (client/webview/dist). `--release` minifies and leaves out source
 * maps. Runs on Node.js 20.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const release = process.argv.includes("--release");

/** @type {import("esbuild").BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  mainFields: ["module", "main"],
  minify: release,
  sourcemap: release ? false : "linked",
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
};

generateSchemas();
await buildServer();
await buildClient();
await buildWebviews();

/** Takes a minute the first time; afterwards it sees that nothing changed. */
function generateSchemas() {
  const script = join(root, "scripts/generate-schemas.mjs");
  if (existsSync(script)) execFileSync(process.execPath, [script], { cwd: root, stdio: "inherit" });
}

async function buildServer() {
  const entryPoints = present({
    cli: "server/src/cli/main.ts",
    "language-server": "server/src/server/main.ts",
  });
  if (Object.keys(entryPoints).length === 0) return;
  await bundle("server/dist", {
    entryPoints,
    format: "esm",
    // What only some commands need is loaded by them alone, and the two programs share what they both need.
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    outExtension: { ".js": ".mjs" },
    target: "node20",
    // Bundled CommonJS packages call `require` for Node's own modules.
    banner: {
      js: 'import { createRequire as createRequireOfBundle } from "node:module"; const require = createRequireOfBundle(import.meta.url);',
    },
    plugins: await plugins(),
  });
}

async function buildClient() {
  const entryPoints = present({ extension: "client/src/extension.ts" });
  if (Object.keys(entryPoints).length === 0) return;
  await bundle("client/dist", {
    entryPoints,
    format: "cjs",
    outExtension: { ".js": ".cjs" },
    target: "node22",
    external: ["vscode"],
  });
}

/** Pages of panels: a script and a style each, in a folder of their own, which is all that a page may read. */
async function buildWebviews() {
  await bundle("client/webview/dist", {
    entryPoints: {
      "recovery-timeline": "client/webview/recovery-timeline/main.ts",
      "recovery-timeline-style": "client/webview/recovery-timeline/style.css",
      "traffic-shift": "client/webview/traffic-shift/main.ts",
      "traffic-shift-style": "client/webview/traffic-shift/style.css",
    },
    format: "iife",
    platform: "browser",
    target: "es2022",
  });
}

/**
 * The entries whose file exists.
 * @param {Record<string, string>} entries
 */
function present(entries) {
  return Object.fromEntries(
    Object.entries(entries).filter(([name, path]) => {
      if (existsSync(join(root, path))) return true;
      console.warn(`Skipped ${name}: there is no ${path} yet.`);
      return false;
    }),
  );
}

/**
 * Bundles into a folder and removes what an earlier build left there. New files come before old ones go, so
 * that a program started meanwhile finds its parts.
 * @param {string} outdir
 * @param {import("esbuild").BuildOptions} options
 */
async function bundle(outdir, options) {
  const started = performance.now();
  const { metafile } = await build({ ...common, ...options, outdir });
  const written = new Set(Object.keys(metafile.outputs));
  for (const entry of readdirSync(join(root, outdir), { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    if (entry.isFile() && !written.has(relative(root, path).split(sep).join("/"))) rmSync(path);
  }
  const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
  console.log(`${outdir}: ${(bytes / 1000).toFixed(0)} kB, ${(performance.now() - started).toFixed(0)} ms`);
}

/** @returns {Promise<import("esbuild").Plugin[]>} */
async function plugins() {
  const path = join(root, "scripts/lib/yaml-language-server-plugin.mjs");
  if (!existsSync(path)) return [];
  const { yamlLanguageServerPlugin } = await import(pathToFileURL(path).href);
  return [yamlLanguageServerPlugin()];
}
