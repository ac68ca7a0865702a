import { restricted } from "./restricted.suite.ts";
import { runSuites } from "./runner.ts";

/** Entry point for VS Code's extension host, in a window whose folder is not trusted. */
export function run(): Promise<void> {
  return runSuites([restricted]);
}
