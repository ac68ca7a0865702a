import type { Terminal } from "../output/terminal.ts";
import type { Report, ReportedFinding } from "../report.ts";

/** Writes a report in one format. */
export interface Reporter {
  /** Whether it shows what comments and annotations silence. */
  readonly showsSuppressed?: boolean;
  /** Prints one finding at once, where there is so much that nobody wants to wait for the rest. `write` follows. */
  tell?(finding: ReportedFinding, terminal: Terminal): void;
  /** `told`: whether the findings were told before. */
  write(report: Report, terminal: Terminal, told?: boolean): void;
}

/** The formats by name. Each is loaded when it is asked for. */
export const reporters = {
  pretty: async () => (await import("./pretty.ts")).pretty,
  json: async () => (await import("./json.ts")).json,
  sarif: async () => (await import("./sarif.ts")).sarif,
  github: async () => (await import("./github.ts")).github,
  gitlab: async () => (await import("./gitlab.ts")).gitlab,
  junit: async () => (await import("./junit.ts")).junit,
  rdjson: async () => (await import("./rdjson.ts")).rdjson,
} as const satisfies Readonly<Record<string, () => Promise<Reporter>>>;

/** Name of a format. */
export type Format = keyof typeof reporters;

export const formats = Object.keys(reporters) as Format[]; // the keys of a const object
