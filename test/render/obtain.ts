/** Gets the programs that the tests render with, before several tests want them at the same time. */
import { folderOfProgram } from "./programs.ts";

for (const name of ["helm", "kustomize"] as const) {
  const found = folderOfProgram(name);
  if ("folder" in found) continue;
  console.error(`${found.problem} Tests that render are left out without it.`);
  if (process.env.CI) process.exitCode = 1;
}
