/**
 * `npm run cluster`: starts the control plane of the tests, with an app and its traffic, for a person to play with.
 * Builds it first where it is not built yet (ten minutes, once for each version). Ctrl-C stops everything.
 */
import { node, run, setUp } from "./lib/set-up.mjs";

await setUp();
await run(node, ["scripts/lib/cluster-open.ts"]);
