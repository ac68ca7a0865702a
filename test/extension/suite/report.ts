/** What the extension host tells the driver about one test, as one line of JSON in a file. */
export type TestReport =
  | { state: "started"; suite: string; test: string }
  | { state: "passed"; suite: string; test: string; milliseconds: number }
  | { state: "failed"; suite: string; test: string; milliseconds: number; reason: string }
  /** All that was to be run was run. */
  | { state: "ended" };

/** Names of the environment variables by which the driver speaks to the extension host. */
export const ENV = {
  /** file that reports are appended to */
  reports: "NINES_TEST_REPORTS",
  /** folder of the texts that fixes must produce */
  expected: "NINES_TEST_EXPECTED",
  /** part of the name of the tests to run; set by the person who runs them, too */
  only: "NINES_ONLY",
} as const;
