import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What each part of the server may import of the others. docs/architecture.md gives the reasons. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  text: [],
  model: [],
  workspace: ["model"],
  schema: ["model", "text"],
  survival: ["model", "workspace"],
  recovery: ["model", "workspace", "traffic"],
  traffic: ["model", "workspace"],
  symbols: ["model", "workspace", "traffic"],
  // A rule's payload becomes edits, and a finding holds them: the two know each other's plain types.
  fixes: ["model", "workspace"],
  rules: ["model", "workspace", "traffic", "survival", "recovery", "fixes", "text"],
  // The semantics that rules judge by are what it tells, and those stand below both: bounds, budgets, strategies.
  effective: ["model", "workspace", "traffic", "recovery"],
  config: ["model", "workspace", "rules", "text"],
  "analyze.ts": ["model", "workspace", "rules", "config", "text"],
  "analysis.ts": ["model", "workspace", "rules", "analyze.ts"],
  refactor: ["model", "workspace", "traffic", "fixes", "rules", "config", "text", "analyze.ts"],
  // What two versions of the files tell that neither tells alone.
  changes: ["model", "workspace", "traffic", "rules", "config"],
  // What a build makes is judged by the same analysis as what is written, and asked what it survives.
  render: ["model", "workspace", "symbols", "rules", "config", "survival", "analyze.ts"],
  // Outside of the core: it runs Helm and Kustomize, for whoever says that it may.
  programs: ["model", "render"],
  files: ["config", "workspace", "model", "rules"],
  l10n: ["model"],
  features: [
    "model",
    "workspace",
    "schema",
    "rules",
    "fixes",
    "config",
    "analyze.ts",
    "analysis.ts",
    "survival",
    "recovery",
    "traffic",
    "symbols",
    "effective",
    "refactor",
    "changes",
    "render",
    "text",
    "l10n",
  ],
  // Rules once more, in the language of the API server; the linter's own semantics are not needed for it.
  admission: ["model", "rules"],
  cluster: ["model", "workspace", "traffic"],
  // What rules may look for in a connected cluster; the cluster is passed in.
  live: ["model", "workspace", "traffic"],
  journal: ["model", "traffic"],
  // What the command line and the server both need to carry out a shift.
  shifting: ["model", "traffic", "files"],
};

/** Packages that only these files may import. */
const ONLY_IN: Readonly<Record<string, RegExp>> = {
  "yaml-language-server": /^server\/src\/schema\/yaml-language-server\.ts$/,
  "@kubernetes/client-node": /^server\/src\/cluster\/client\.ts$/,
  vscode: /^(?:client\/src|test\/extension)\//,
  "vscode-languageclient": /^client\/src\//,
  "vscode-languageserver": /^server\/src\/(?:features|server)\/|^test\/protocol\//,
  "vscode-languageserver-textdocument": /^server\/src\/(?:features|server|schema)\//,
  "vscode-languageserver-types": /^server\/src\/(?:features|server|schema)\//,
};

/** Node's own modules that reach files, programs or the network: none of them below `features`. */
const IMPURE = /^node:(?:fs|net|http|https|child_process|dgram|dns|tls|os|worker_threads)(?:\/|$)/;
const PURE = [
  "symbols",
  "model",
  "workspace",
  "rules",
  "fixes",
  "survival",
  "recovery",
  "traffic",
  "effective",
  "config",
  "text",
  "analyze.ts",
  "analysis.ts",
  "refactor",
  "changes",
  "render",
  "admission",
  "features",
];

const sources = globSync("{client,server}/src/**/*.ts", { cwd: root })
  .map((path) => path.split(sep).join("/"))
  .filter((path) => !path.endsWith(".test.ts") && !path.includes("/testing/"));

function importsOf(path: string): string[] {
  const text = readFileSync(join(root, path), "utf8");
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^;"']*?\bfrom\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)|(?:^|\n)\s*import\s*["']([^"']+)["']/g,
  );
  return [...found].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

/** The part of the server a file belongs to: a folder of server/src, or a file directly in it. */
function partOf(path: string): string | undefined {
  return /^server\/src\/([^/]+)/.exec(path)?.[1];
}

test("imports follow the direction of the architecture", () => {
  const wrong: string[] = [];
  for (const path of sources) {
    const from = partOf(path);
    const allowed = from === undefined ? undefined : MAY_IMPORT[from];
    for (const target of importsOf(path)) {
      if (!target.startsWith(".")) continue;
      const resolved = relative(root, join(root, dirname(path), target))
        .split(sep)
        .join("/");
      const to = partOf(resolved);
      if (path.startsWith("client/") && to !== undefined && resolved !== "server/src/server/protocol.ts")
        wrong.push(`${path} -> ${resolved}`);
      if (allowed !== undefined && to !== undefined && to !== from && !allowed.includes(to))
        wrong.push(`${path} -> ${resolved}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test("every part of the server has its place in the direction of imports", () => {
  const parts = new Set(sources.flatMap((path) => partOf(path) ?? []));
  const top = new Set(["server", "cli", "testing"]);
  assert.deepEqual(
    [...parts].filter((part) => MAY_IMPORT[part] === undefined && !top.has(part)),
    [],
  );
});

test("packages that only one place may use are used there", () => {
  const wrong = sources.flatMap((path) =>
    importsOf(path)
      .filter((target) => {
        const name = Object.keys(ONLY_IN).find((n) => target === n || target.startsWith(`${n}/`));
        return name !== undefined && ONLY_IN[name]?.test(path) === false;
      })
      .map((target) => `${path} -> ${target}`),
  );
  assert.deepEqual(wrong, []);
});

test("the Kubernetes client is loaded by nothing that runs before a person connects", () => {
  const roots = sources.filter(
    (path) => !path.startsWith("server/src/cluster/") || path.endsWith("/kubeconfig.ts"),
  );
  const reached = new Set<string>();
  const visit = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    for (const target of loadedBy(path))
      if (target.startsWith(".")) visit(join(dirname(path), target).split(sep).join("/"));
  };
  roots.forEach(visit);
  assert.ok(sources.includes("server/src/cluster/client.ts"));
  assert.ok(!reached.has("server/src/cluster/client.ts"));
});

/** What is loaded together with a file: neither types, nor what it loads later with `import()`. */
function loadedBy(path: string): string[] {
  const text = readFileSync(join(root, path), "utf8");
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\b(?!\s+type\b)[^;"'(]*?\bfrom\s*["']([^"']+)["']|(?:^|\n)\s*import\s*["']([^"']+)["']/g,
  );
  return [...found].map((match) => match[1] ?? match[2] ?? "");
}

test("nothing below the editor's and the command line's layer reaches files, programs or the network", () => {
  const wrong = sources
    .filter((path) => PURE.includes(partOf(path) ?? ""))
    .flatMap((path) =>
      importsOf(path)
        .filter((target) => IMPURE.test(target))
        .map((target) => `${path} -> ${target}`),
    );
  assert.deepEqual(wrong, []);
});

test("the core keeps no mutable state in its modules", () => {
  const wrong = sources
    .filter((path) => PURE.includes(partOf(path) ?? ""))
    .flatMap((path) =>
      readFileSync(join(root, path), "utf8")
        .split("\n")
        .filter(
          (line) =>
            /^(?:export )?let /.test(line) ||
            /^(?:export )?const \w+(?::[^=]*)? = new (?:Map|Set|WeakMap|WeakSet)\(\)/.test(line),
        )
        .map((line) => `${path}: ${line}`),
    );
  assert.deepEqual(wrong, []);
});

test("the lock file records no download addresses", () => {
  const lock = readFileSync(join(root, "package-lock.json"), "utf8");
  assert.deepEqual(lock.match(/"resolved": "https?:[^"]+"/g), null);
});
