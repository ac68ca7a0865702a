/**
 * Takes the README's pictures from the running product: packages it, installs it into VS Code in a browser,
 * opens examples/ and writes PNGs to docs/images/. Run by hand when what they show has changed:
 * node scripts/screenshots.mjs [FILE.vsix]
 */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Window } from "../test/extension/e2e-page.ts";
import { openSession } from "../test/extension/e2e-session.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What each picture shows: the Quick Fix menu of this rule's first finding in this example. */
const PICTURES = {
  editor: { file: "kubernetes/payments.yaml", rule: "pdb-blocks-drain" },
};

const session = await openSession({
  vsix: packageOrGiven(),
  trustEverything: true,
  size: { width: 1400, height: 820 },
  scale: 1.5,
  settings: {
    "editor.minimap.enabled": false,
    "editor.occurrencesHighlight": "off",
    "window.commandCenter": false,
    "editor.stickyScroll.enabled": false,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: VS Code's own placeholders
    "window.title": "${activeEditorShort} - ${rootName}",
  },
});
try {
  // A folder of its own, so that its name and not the checkout's stands in the pictures.
  const folder = join(session.profile.root, "shop");
  cpSync(join(root, "examples"), folder, { recursive: true });
  for (const [name, { file, rule }] of Object.entries(PICTURES)) {
    const page = await session.open(folder);
    const window = new Window(page, join(root, "docs", "images"));
    await window.ready();
    await window.openFile(file);
    await window.showProblems(`**/${file}`);
    const { line, column } = placeOf(rule, file, folder);
    await window.goTo(line, column);
    await window.openQuickFixes();
    console.log(await window.picture(name));
    await page.close();
  }
} finally {
  await session.close();
}

/**
 * Where the command line finds a rule's first finding, counted from 1.
 * @param {string} rule
 * @param {string} file
 * @param {string} folder that the file lies in, opened as a workspace
 * @returns {{ line: number, column: number }}
 */
function placeOf(rule, file, folder) {
  const check = [join(root, "server", "bin", "nines.mjs"), "check", ".", "--format", "json"];
  // It ends with 1, because the examples have findings on purpose.
  const { stdout } = spawnSync(process.execPath, check, { cwd: folder, encoding: "utf8" });
  const { findings } = JSON.parse(stdout);
  const found = findings.find((finding) => finding.ruleId === rule && finding.file === file);
  if (!found) throw new Error(`${rule} has no finding in ${file}.`);
  return found.range.start;
}

function packageOrGiven() {
  if (process.argv[2]) return resolve(process.argv[2]);
  execFileSync(process.execPath, [join(root, "scripts", "package.mjs")], { stdio: "inherit" });
  const { name, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return join(root, `${name}-${version}.vsix`);
}
