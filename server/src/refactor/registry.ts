import { makeHighlyAvailable } from "./make-highly-available.ts";
import type { Refactoring } from "./refactoring.ts";

/** Every refactoring, in the order in which they are offered. */
export const refactorings: readonly Refactoring[] = [makeHighlyAvailable];
