import { t } from "../../model/message.ts";
import { type ThresholdLayer, writtenLayer } from "../../shifting/basis.ts";
import { PRODUCTION } from "../../shifting/production.ts";
import { shiftSettings } from "../../shifting/written-settings.ts";
import { secondsOfText } from "../../traffic/duration.ts";
import { CANARY_STEPS } from "../../traffic/shift/intent.ts";
import type { Thresholds } from "../../traffic/shift/thresholds.ts";
import { readGates } from "../../traffic/shift/written-gates.ts";

/** Settings about clusters and what a shift has to keep to. */
export interface ClusterSettings {
  /** Path of a kubeconfig; empty: the files of `KUBECONFIG`, else `~/.kube/config`. */
  readonly kubeconfig: string;
  /** Globs of contexts whose name has to be typed. */
  readonly productionContexts: readonly string[];
  /** An address, or `namespace/service:port` in the cluster; `none`; empty: one is looked for in the cluster. */
  readonly prometheus: string;
  /** Weights of the growing destination on the way. */
  readonly steps: readonly number[];
  /** Whether a person is asked before each further step. */
  readonly ask: boolean;
  readonly thresholds: Partial<Thresholds>;
  /** Those of `.nines.yaml`, behind which plans and settings come. */
  readonly written: Partial<Thresholds>;
  /** Settings that are not understood; with them nothing is begun. */
  readonly problems: readonly string[];
}

export const defaultClusterSettings: ClusterSettings = {
  kubeconfig: "",
  productionContexts: PRODUCTION,
  prometheus: "",
  steps: CANARY_STEPS,
  ask: false,
  thresholds: {},
  written: {},
  problems: [],
};

type Values = Readonly<Record<string, unknown>>;

/** Reads them out of the section `nines`, whose part `shift` holds what a shift has to keep to. */
export function readClusterSettings(nines: Values, shift: Values): ClusterSettings {
  const text = (value: unknown) => (typeof value === "string" ? value.trim() : "");
  const { successRate, p99, minRequests, soak } = shift;
  // An empty text is an unset one.
  const set = (value: unknown) => (value === "" ? undefined : value);
  const gates = readGates({
    successRate: set(successRate),
    p99: set(p99),
    minRequests: set(minRequests),
    soak: set(soak),
  });
  const problems = gates.problems.map((name) => `nines.shift.${name}`);
  const seconds = (key: string): number | undefined => {
    const value = set(shift[key]);
    if (value === undefined || value === null) return undefined;
    const read = typeof value === "string" ? secondsOfText(value) : undefined;
    if (read === undefined || read <= 0) problems.push(`nines.shift.${key}`);
    return read;
  };
  const interval = seconds("interval");
  const scrapeInterval = seconds("scrapeInterval");
  const { podCapacity } = shift;
  const { productionContexts } = nines;
  const steps = stepsOf(shift.steps);
  if (steps === undefined) problems.push("nines.shift.steps");
  return {
    kubeconfig: text(nines.kubeconfig),
    productionContexts: Array.isArray(productionContexts)
      ? productionContexts.filter((pattern) => typeof pattern === "string")
      : PRODUCTION,
    prometheus: text(nines.prometheus),
    steps: steps ?? CANARY_STEPS,
    ask: shift.askBeforeEachStep === true,
    thresholds: {
      ...gates.thresholds,
      ...(interval !== undefined && { interval }),
      ...(scrapeInterval !== undefined && { scrapeInterval, window: 4 * scrapeInterval }),
      ...(typeof podCapacity === "number" && podCapacity > 0 && { podCapacity }),
    },
    written: {},
    problems,
  };
}

/** The settings where a folder's `.nines.yaml` has a say; production contexts of both count. */
export function withWritten(settings: ClusterSettings, folder: string | undefined): ClusterSettings {
  if (folder === undefined) return settings;
  const { gates, productionContexts = [] } = shiftSettings(folder);
  const { thresholds, problems } = readGates(gates);
  return {
    ...settings,
    productionContexts: [...new Set([...settings.productionContexts, ...productionContexts])],
    written: thresholds,
    problems: [...settings.problems, ...problems.map((name) => `.nines.yaml: shift.gates.${name}`)],
  };
}

/** Who states which thresholds: the later before the earlier. */
export function layersOf(
  { written, thresholds }: ClusterSettings,
  plans: readonly ThresholdLayer[],
): readonly ThresholdLayer[] {
  return [
    writtenLayer(written),
    ...plans,
    { thresholds, source: (key) => t("setting {name}", { name: `nines.shift.${key}` }) },
  ];
}

function stepsOf(value: unknown): readonly number[] | undefined {
  if (value === undefined || value === null) return CANARY_STEPS;
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const isStep = (step: unknown) => Number.isInteger(step) && Number(step) > 0 && Number(step) <= 100;
  return value.every(isStep) ? value.map(Number) : undefined;
}
