import type { LanguageClient } from "vscode-languageclient/node";
import type { ConnectedCluster } from "../../../server/src/server/protocol.ts";
import type { Asker } from "./steps.ts";

/** What the user is asked with, and about which cluster. */
export interface Choosing {
  readonly ask: Asker;
  readonly client: LanguageClient;
  /** The cluster that the window is connected to. */
  readonly connected: ConnectedCluster;
  /** The context of the object at hand; undefined: the connected one. */
  readonly context: string | undefined;
}
