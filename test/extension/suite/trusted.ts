import { availability } from "./availability.suite.ts";
import { branch } from "./branch.suite.ts";
import { dependents } from "./dependents.suite.ts";
import { effective } from "./effective.suite.ts";
import { files } from "./files.suite.ts";
import { fixing } from "./fixing.suite.ts";
import { names } from "./names.suite.ts";
import { opening } from "./opening.suite.ts";
import { recovery } from "./recovery.suite.ts";
import { runSuites } from "./runner.ts";
import { schema } from "./schema.suite.ts";
import { typing } from "./typing.suite.ts";

/** Entry point for VS Code's extension host. */
export function run(): Promise<void> {
  return runSuites([
    opening,
    typing,
    fixing,
    dependents,
    schema,
    names,
    files,
    effective,
    availability,
    branch,
    recovery,
  ]);
}
