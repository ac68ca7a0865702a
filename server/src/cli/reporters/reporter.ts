import type { Terminal } from "../output/terminal.ts";
import type { Report } from "../report.ts";

/** Writes a report in one format. */
export interface Reporter {
  write(report: Report, terminal: Terminal): void;
}

/** The formats by name. Each is loaded when it is asked for. */
export const reporters = {
  pretty: async () => (await import("./pretty.ts")).pretty,
  json: async () => (await import("./json.ts")).json,
} as const satisfies Readonly<Record<string, () => Promise<Reporter>>>;

/** Name of a format. */
export type Format = keyof typeof reporters;

export const formats = Object.keys(reporters) as Format[]; // the keys of a const object
