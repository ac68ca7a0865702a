import { resolve } from "node:path";
import { parseArgs } from "node:util";

/** The part of VS Code's command line that the browser launcher understands; all paths are absolute. */
export type VSCodeArguments = {
  folder: string;
  extensions: string[];
  tests: string;
  userDataDir: string;
  extensionsDir: string;
  trustEverything: boolean;
};

/**
 * Reads the command line that `runTests` of @vscode/test-electron gives to the VS Code executable. Switches
 * that only concern the desktop window (sandbox, updates, welcome page…) are accepted and ignored.
 * @throws Error that names the missing argument
 */
export function readArguments(argv: string[]): VSCodeArguments {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    strict: false,
    options: {
      extensionDevelopmentPath: { type: "string", multiple: true },
      extensionTestsPath: { type: "string" },
      "user-data-dir": { type: "string" },
      "extensions-dir": { type: "string" },
      "disable-workspace-trust": { type: "boolean" },
    },
  });
  const path = (value: unknown, name: string): string => {
    if (typeof value !== "string") throw new Error(`The argument ${name} is missing.`);
    return resolve(value);
  };
  return {
    folder: path(positionals[0], "FOLDER"),
    extensions: [values.extensionDevelopmentPath ?? []]
      .flat()
      .map((value) => path(value, "--extensionDevelopmentPath=PATH")),
    tests: path(values.extensionTestsPath, "--extensionTestsPath=PATH"),
    userDataDir: path(values["user-data-dir"], "--user-data-dir=PATH"),
    extensionsDir: path(values["extensions-dir"], "--extensions-dir=PATH"),
    trustEverything: values["disable-workspace-trust"] === true,
  };
}
