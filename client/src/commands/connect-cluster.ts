import type { Command } from "./index.ts";

/** Lets the user choose the cluster and the namespace to work with. */
export const connectCluster: Command = {
  id: "nines.connectCluster",
  async run({ link }) {
    await link.choose();
  },
};

/** Connects to what this workspace was connected to last. */
export const reconnectCluster: Command = {
  id: "nines.reconnectCluster",
  async run({ link }) {
    const { remembered } = link;
    await (remembered === undefined ? link.choose() : link.connect(remembered));
  },
};

/** Reads what is known of the cluster again now. */
export const refreshCluster: Command = {
  id: "nines.refreshCluster",
  async run({ link }) {
    await link.refresh();
  },
};

/** Ends the connection and forgets it. */
export const disconnectCluster: Command = {
  id: "nines.disconnectCluster",
  async run({ link }) {
    await link.disconnect();
  },
};
