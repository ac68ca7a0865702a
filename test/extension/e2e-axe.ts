import assert from "node:assert/strict";
import axe from "axe-core";
import type { Locator } from "playwright-core";

/** What axe finds in a webview's page, whose body is given: the rule, and the elements. */
export async function axeOn(body: Locator): Promise<string[]> {
  const frame = await (await body.elementHandle())?.ownerFrame();
  assert.ok(frame);
  // Through the debugger: the page's policy lets no script in from elsewhere.
  await frame.evaluate(axe.source);
  const { violations, passes } = (await frame.evaluate("axe.run(document)")) as axe.AxeResults; // what axe returns
  assert.ok(
    passes.some(({ id }) => id === "color-contrast"),
    "axe has looked at the page.",
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}
