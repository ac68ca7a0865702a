import { type Message, t } from "../model/message.ts";
import { field, integerOf, nodeAt, stringOf, valueOr } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { containerPath, detectionSeconds, PROBE_NAMES, type Probe, probeOf } from "../workspace/probes.ts";
import { type Container, servingContainers, type Workload, workloadOf } from "../workspace/workload.ts";
import { figures, type Labels, type Meaning, meaning, type World } from "./meaning.ts";
import { placeIn } from "./place.ts";

/** The defaults of a probe's numbers (kubernetes pkg/apis/core/v1/defaults.go, SetDefaults_Probe). */
const DEFAULTS: Readonly<Record<string, number>> = {
  initialDelaySeconds: 0,
  periodSeconds: 10,
  timeoutSeconds: 1,
  failureThreshold: 3,
  successThreshold: 1,
};

/** Probes and their numbers: how long it takes until something follows. */
export function probeMeanings(resource: Resource, { snapshot }: World): readonly Meaning[] {
  const workload = workloadOf(resource);
  if (workload === undefined) return [];
  return servingContainers(workload).flatMap((container) =>
    PROBE_NAMES.flatMap((name) => {
      const probe = probeOf(container, name);
      if (probe === undefined) return [];
      if (snapshot.layout.isPatched(resource, containerPath(workload, container, name))) return [];
      return ofProbe(workload, container, probe);
    }),
  );
}

function ofProbe(workload: Workload, container: Container, probe: Probe): readonly Meaning[] {
  const { document } = workload.resource;
  const effect = effectOf(workload, container, probe);
  if (effect === undefined) return [];
  const whole = placeIn(document, container.node, probe.name);
  const numbers = Object.entries(DEFAULTS).flatMap(([key, fallback]) => {
    const place = whole === undefined ? undefined : placeIn(document, probe.node, key);
    const isUnset = fallback !== 0 && integerOf(place?.node) === 0;
    const values = { key, fallback };
    return isUnset
      ? meaning(place, [t("0 counts as unset, so {key} is {fallback}.", values), ...effect.details], {
          short: figures(`= ${fallback}`),
        })
      : meaning(place, effect.details);
  });
  return [...meaning(whole, effect.details, effect.labels), ...numbers];
}

interface Effect {
  readonly details: readonly Message[];
  readonly labels: Labels;
}

function effectOf(workload: Workload, container: Container, probe: Probe): Effect | undefined {
  const seconds = detectionSeconds(probe);
  const { periodSeconds, failureThreshold, timeoutSeconds } = probe;
  if (seconds === undefined || periodSeconds === undefined) return undefined;
  const asked = t(
    "It asks every {period} s, waits {timeout} s for each answer and gives up after {failures} failures in a row.",
    { period: periodSeconds, timeout: timeoutSeconds ?? 1, failures: failureThreshold ?? 3 },
  );
  const start = afterStart(container, probe);
  switch (probe.name) {
    case "readinessProbe":
      return {
        details: [
          t("A pod that goes bad leaves the endpoints after at most {seconds} s.", { seconds }),
          asked,
          ...start,
        ],
        labels: {
          short: t("≤ {seconds} s", { seconds }),
          long: t("leaves the endpoints after ≤ {seconds} s", { seconds }),
        },
      };
    case "livenessProbe":
      return {
        details: [
          isFinal(workload)
            ? t(
                "A container that hangs is stopped after at most {seconds} s, for good: restartPolicy is Never.",
                {
                  seconds,
                },
              )
            : t("A container that hangs is stopped after at most {seconds} s and then restarted.", {
                seconds,
              }),
          asked,
          ...graceBefore(workload, probe),
          ...start,
        ],
        labels: {
          short: t("≤ {seconds} s", { seconds }),
          ...(isFinal(workload) ? {} : { long: t("restarts after ≤ {seconds} s", { seconds }) }),
        },
      };
    case "startupProbe":
      return ofStartup(workload, probe, periodSeconds * (failureThreshold ?? 3), asked);
  }
}

/** The time that documentation and people count with: delay + period × failureThreshold. */
function ofStartup(workload: Workload, probe: Probe, waiting: number, asked: Message): Effect | undefined {
  const delay = delayOf(probe);
  if (delay === undefined) return undefined;
  const seconds = delay + waiting;
  return {
    details: [
      isFinal(workload)
        ? t("The container has about {seconds} s to start; after that it is stopped for good.", { seconds })
        : t("The container has about {seconds} s to start; after that it is stopped and restarted.", {
            seconds,
          }),
      asked,
      t("The other probes wait until it has succeeded once."),
    ],
    labels: {
      short: t("≈ {seconds} s", { seconds }),
      long: t("≈ {seconds} s to start", { seconds }),
    },
  };
}

/** Whether nothing starts a container again that was stopped. */
function isFinal({ podSpec }: Workload): boolean {
  return stringOf(nodeAt(podSpec, "restartPolicy")) === "Never";
}

/** What is different until a container has started: initialDelaySeconds plays a part only then. */
function afterStart(container: Container, probe: Probe): Message[] {
  const delay = delayOf(probe);
  const waits = probeOf(container, "startupProbe") !== undefined;
  if (delay === undefined) return [];
  if (waits)
    return delay === 0
      ? [t("After a (re)start it begins when the startup probe has succeeded.")]
      : [
          t("After a (re)start it begins {delay} s in, or later, when the startup probe has succeeded.", {
            delay,
          }),
        ];
  return delay === 0
    ? [t("After a (re)start it begins at once.")]
    : [t("After a (re)start it begins {delay} s in; later the delay plays no part.", { delay })];
}

function delayOf({ node }: Probe): number | undefined {
  const delay = valueOr(field(nodeAt(node, "initialDelaySeconds"), integerOf), 0);
  return delay === undefined || delay < 0 ? undefined : delay;
}

/** A probe may state a grace of its own; else the pod's counts, 30 s by default. */
function graceBefore({ podSpec }: Workload, { node }: Probe): Message[] {
  const key = "terminationGracePeriodSeconds";
  const podGrace = valueOr(field(nodeAt(podSpec, key), integerOf), 30);
  const grace = podGrace === undefined ? undefined : valueOr(field(nodeAt(node, key), integerOf), podGrace);
  return grace === undefined || grace < 0
    ? []
    : [t("It then gets up to {grace} s to end before it is killed.", { grace })];
}
