import assert from "node:assert/strict";
import * as vscode from "vscode";
import { rangeOf, replace, show, uriOf } from "./editing.ts";
import type { Suite } from "./runner.ts";
import { waitUntil } from "./waiting.ts";

const ROUTES = "names/virtualservice.yaml";
const RULE = "names/destinationrule.yaml";

export const names: Suite = {
  name: "names",
  tests: {
    "completion offers the subsets of the host's DestinationRule, which is not open": async () => {
      const editor = await show(ROUTES);
      await replace(editor, "subset: v2", "subset: ");
      const position = rangeOf(editor.document, "subset:  }").start.translate(0, 8);
      const labels = await waitUntil("the subsets are offered", async () => {
        const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
          "vscode.executeCompletionItemProvider",
          editor.document.uri,
          position,
        );
        const found = items.map(({ label }) => (typeof label === "string" ? label : label.label));
        return found.includes("v1") && found;
      });
      assert.ok(labels.includes("v2"), labels.join(" "));
    },

    "a subset leads to its definition, and from there back to its uses": async () => {
      const { document } = await show(ROUTES);
      const position = rangeOf(document, "subset: v1").end;
      const [link] = await waitUntil("the definition is found", async () => {
        const found = await vscode.commands.executeCommand<vscode.LocationLink[]>(
          "vscode.executeDefinitionProvider",
          document.uri,
          position,
        );
        return found.length > 0 && found;
      });
      assert.equal(link?.targetUri.path, uriOf(RULE).path);
      assert.equal(link?.targetSelectionRange?.start.line, 7);
      const references = await vscode.commands.executeCommand<vscode.Location[]>(
        "vscode.executeReferenceProvider",
        document.uri,
        position,
      );
      assert.deepEqual(references.map(({ uri }) => uri.path.split("/").at(-1)).sort(), [
        "destinationrule.yaml",
        "virtualservice.yaml",
      ]);
    },

    "a subset is renamed in the file that is open and in the one that is not": async () => {
      const { document } = await show(ROUTES);
      await outlineOf(document.uri);
      const rule = await vscode.workspace.openTextDocument(uriOf(RULE));
      const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit>(
        "vscode.executeDocumentRenameProvider",
        document.uri,
        rangeOf(document, "subset: v1").end,
        "stable",
      );
      const before = { routes: document.getText(), rule: rule.getText() };
      assert.ok(await vscode.workspace.applyEdit(edit));
      assert.equal(document.getText(), before.routes.replace("subset: v1", "subset: stable"));
      assert.equal(rule.getText(), before.rule.replace("name: v1", "name: stable"));
    },

    "the outline shows resources, routes and destinations": async () => {
      const { document } = await show(ROUTES);
      const symbols = await outlineOf(document.uri);
      assert.deepEqual(
        symbols.children.map(({ name, children }) => [name, ...children.map((child) => child.name)]),
        [["main", "checkout-names/v1", "checkout-names/v2"]],
      );
    },
  },
};

/** The outline of the VirtualService, once the server has read the workspace. */
function outlineOf(uri: vscode.Uri): Promise<vscode.DocumentSymbol> {
  return waitUntil("there is an outline", async () => {
    const found = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      "vscode.executeDocumentSymbolProvider",
      uri,
    );
    // Another extension may know the file too.
    return found?.find(({ name }) => name === "VirtualService/checkout-names");
  });
}
