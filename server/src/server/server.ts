import type { Connection, InitializeParams, InitializeResult } from "vscode-languageserver/node";
import manifest from "../../package.json" with { type: "json" };
import { rules } from "../rules/registry.generated.ts";
import { capabilities, ServerInstance } from "./instance.ts";

/** Serves a client until it says goodbye. */
export function startServer(connection: Connection): void {
  let instance: ServerInstance | undefined;
  connection.onInitialize((params: InitializeParams): InitializeResult => {
    instance = new ServerInstance(connection, rules, params);
    return {
      capabilities: capabilities(instance.client),
      serverInfo: { name: manifest.name, version: manifest.version },
    };
  });
  connection.onInitialized(() => {
    instance?.start().catch((error: unknown) => connection.console.error(`Start: ${String(error)}`));
  });
  connection.onShutdown(() => instance?.stop());
  connection.listen();
}
