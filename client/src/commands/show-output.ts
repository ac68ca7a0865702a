import type { Command } from "./index.ts";

/** Shows what the server has logged. */
export const showOutput: Command = {
  id: "nines.showOutput",
  async run({ client }) {
    client.outputChannel.show(true);
  },
};
