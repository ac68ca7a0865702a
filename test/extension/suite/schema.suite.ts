import assert from "node:assert/strict";
import * as vscode from "vscode";
import { rangeOf, replace, show } from "./editing.ts";
import type { Suite } from "./runner.ts";
import { waitUntil } from "./waiting.ts";

export const schema: Suite = {
  name: "schema",
  tests: {
    "completion offers a Deployment's fields": async () => {
      const editor = await show("schema/deployment.yaml");
      await replace(editor, "  replicas: 3\n", "  replicas: 3\n  min\n");
      const position = rangeOf(editor.document, "  min\n").start.translate(0, 5);
      await waitUntil("minReadySeconds is offered", async () => {
        const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
          "vscode.executeCompletionItemProvider",
          editor.document.uri,
          position,
        );
        return items.some(
          ({ label }) => (typeof label === "string" ? label : label.label) === "minReadySeconds",
        );
      });
    },

    "hover explains a field of a Deployment": async () => {
      const { document } = await show("schema/deployment.yaml");
      const position = rangeOf(document, "replicas").start.translate(0, 2);
      const hovers = await waitUntil("there is a hover", async () => {
        const found = await vscode.commands.executeCommand<vscode.Hover[]>(
          "vscode.executeHoverProvider",
          document.uri,
          position,
        );
        return found.length > 0 && found;
      });
      const text = hovers.flatMap(({ contents }) =>
        contents.map((part) => (typeof part === "string" ? part : part.value)),
      );
      assert.match(text.join("\n"), /number of desired pods/i);
    },
  },
};
