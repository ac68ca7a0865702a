import assert from "node:assert/strict";
import { replace, show } from "./editing.ts";
import { findingOf, noFindingOf } from "./findings.ts";
import type { Suite } from "./runner.ts";

export const typing: Suite = {
  name: "while typing",
  tests: {
    "a wrong weight is found, and putting it right takes the finding away": async () => {
      const editor = await show("typing/virtualservice.yaml");
      await noFindingOf("weights-sum", editor.document.uri);
      await replace(editor, "weight: 5\n", "weight: 6\n");
      const finding = await findingOf("weights-sum", editor.document.uri);
      assert.match(finding.message, /101/);
      await replace(editor, "weight: 6\n", "weight: 5\n");
      await noFindingOf("weights-sum", editor.document.uri);
    },

    "a document that does not parse for a moment does not hide its neighbour": async () => {
      const editor = await show("typing/virtualservice.yaml");
      await replace(editor, "weight: 5\n", "weight: 6\n");
      await findingOf("weights-sum", editor.document.uri);
      await replace(editor, "    - name: v1\n", "    - name: [v1\n");
      await findingOf("weights-sum", editor.document.uri);
    },
  },
};
