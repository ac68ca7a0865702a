import type { Command } from "./index.ts";

/** Asks for the Availability view's content again. */
export const refreshAvailability: Command = {
  id: "nines.refreshAvailability",
  async run({ availability }) {
    availability.refresh();
  },
};
