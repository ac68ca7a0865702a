import { addAbRoutes } from "./add-ab-routes.ts";
import { addCanary } from "./add-canary.ts";
import { addLocalityFailover } from "./add-locality-failover.ts";
import { convertToBlueGreen } from "./convert-to-blue-green.ts";
import { makeHighlyAvailable } from "./make-highly-available.ts";
import type { Refactoring } from "./refactoring.ts";

/** Every refactoring, in the order in which they are offered. */
export const refactorings: readonly Refactoring[] = [
  makeHighlyAvailable,
  addCanary,
  convertToBlueGreen,
  addAbRoutes,
  addLocalityFailover,
];
