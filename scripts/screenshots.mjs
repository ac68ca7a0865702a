/**
 * Takes the README's pictures from the running product: packages it, installs it into VS Code in a browser,
 * opens examples/ and writes PNGs to docs/images/. Run by hand when what they show has changed:
 * node scripts/screenshots.mjs [FILE.vsix]
 */
import { execFileSync } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Window } from "../test/extension/e2e-page.ts";
import { openSession } from "../test/extension/e2e-session.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What each picture shows: what the user does before it is taken. */
const PICTURES = {
  /** @param {Window} window */
  editor: async (window) => {
    await window.openFile("kubernetes/payments.yaml");
    await window.errorSquiggles.first().waitFor();
    await window.openQuickFixes("pdb-blocks-drain");
  },
  /** @param {Window} window */
  traffic: async (window) => {
    await window.openFile("istio/routes-with-mistakes.yaml");
    await window.errorSquiggles.first().waitFor();
    await window.openQuickFixes("weights-sum");
  },
};

const session = await openSession({
  vsix: packageOrGiven(),
  trustEverything: true,
  size: { width: 1200, height: 760 },
  scale: 2,
  settings: { "editor.minimap.enabled": false, "window.commandCenter": false, "editor.fontSize": 14 },
});
try {
  // A folder of its own, so that its name and not the checkout's stands in the pictures.
  const folder = join(session.profile.root, "shop");
  cpSync(join(root, "examples"), folder, { recursive: true });
  for (const [name, prepare] of Object.entries(PICTURES)) {
    const page = await session.open(folder);
    const window = new Window(page, join(root, "docs", "images"));
    await window.ready();
    await prepare(window);
    console.log(await window.picture(name));
    await page.close();
  }
} finally {
  await session.close();
}

function packageOrGiven() {
  if (process.argv[2]) return resolve(process.argv[2]);
  execFileSync(process.execPath, [join(root, "scripts", "package.mjs")], { stdio: "inherit" });
  const { name, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return join(root, `${name}-${version}.vsix`);
}
