import assert from "node:assert/strict";
import * as vscode from "vscode";
import { replace, show, uriOf } from "./editing.ts";
import { findingOf, findings, noFindingOf } from "./findings.ts";
import type { Suite } from "./runner.ts";

const SUBSET_V2 = "    - name: v2\n      labels: { version: v2 }\n";

export const dependents: Suite = {
  name: "across files",
  tests: {
    "deleting a subset is found in the open file that routes to it, which nobody touched": async () => {
      const routes = (await show("dependents/virtualservice.yaml")).document;
      const rule = await show("dependents/destinationrule.yaml");
      await noFindingOf("subset-unknown", routes.uri);
      await replace(rule, SUBSET_V2, "");
      const finding = await findingOf("subset-unknown", routes.uri);
      assert.match(finding.message, /v2/);
      assert.equal(routes.isDirty, false);
      await replace(rule, "      labels: { version: v1 }\n", `      labels: { version: v1 }\n${SUBSET_V2}`);
      await noFindingOf("subset-unknown", routes.uri);
    },

    "a change on disk, of a file that is not open, counts too": async () => {
      const routes = (await show("on-disk/virtualservice.yaml")).document;
      const rule = uriOf("on-disk/destinationrule.yaml");
      await noFindingOf("subset-unknown", routes.uri);
      const before = await vscode.workspace.fs.readFile(rule);
      const without = new TextDecoder().decode(before).replace(SUBSET_V2, "");
      await vscode.workspace.fs.writeFile(rule, new TextEncoder().encode(without));
      await findingOf("subset-unknown", routes.uri);
      await vscode.workspace.fs.writeFile(rule, before);
      await noFindingOf("subset-unknown", routes.uri);
      assert.deepEqual(
        findings(routes.uri).filter(({ severity }) => severity === 0),
        [],
      );
    },
  },
};
