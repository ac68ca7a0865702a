import { baseName } from "../workspace/uri.ts";

/** Name of the configuration file. Here, so that finding files needs nothing of what reads them. */
export const CONFIG_NAME = ".nines.yaml";

/** Whether a file is a configuration. */
export function isConfigFile(uri: string): boolean {
  return baseName(uri) === CONFIG_NAME;
}
