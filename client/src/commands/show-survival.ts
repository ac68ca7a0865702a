import type { Command } from "./index.ts";
import { showAvailability } from "./show-availability.ts";

/** What a workload survives is what the Availability view says. */
export const showSurvival: Command = { id: "nines.showSurvival", run: showAvailability.run };
