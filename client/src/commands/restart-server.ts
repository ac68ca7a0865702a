import type { Command } from "./index.ts";

/** Stops the language server, if it still runs, and starts a new one. */
export const restartServer: Command = {
  id: "nines.restartServer",
  async run({ client }) {
    await (client.isRunning() ? client.restart() : client.start());
  },
};
