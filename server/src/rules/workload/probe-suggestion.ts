import type { Value } from "../../fixes/style.ts";
import { toValue } from "../../fixes/value.ts";
import { integerOf, nodeAt, present, stringOf } from "../../model/node.ts";
import { type Probe, type ProbeName, portsOf, probeOf } from "../../workspace/probes.ts";
import type { Container } from "../../workspace/workload.ts";
import { eagerTiming, patientThreshold } from "./probe-timing.ts";
import type { ServingPort } from "./serving.ts";

/** A probe that may be added. */
export interface Suggestion {
  /** The probe that it asks like; undefined when it connects to a port. */
  readonly like: ProbeName | undefined;
  readonly port: string | number | undefined;
  readonly value: Readonly<Record<string, Value>>;
}

/** A readiness probe: what liveness or startup ask already, and it gives up before liveness; else a connection to the port. */
export function readinessFor(container: Container, port: ServingPort | undefined): Suggestion | undefined {
  const liveness = answerable(container, "livenessProbe");
  if (liveness !== undefined) {
    const timing = eagerTiming(liveness);
    return timing === undefined ? undefined : likeness(liveness, { ...timing });
  }
  const startup = answerable(container, "startupProbe");
  if (startup !== undefined) return likeness(startup, READINESS);
  return port === undefined ? undefined : connection(port.value, READINESS);
}

/** A readiness probe that asks the port over HTTP, where its name says that it speaks it. */
export function httpReadinessFor(port: ServingPort | undefined): Suggestion | undefined {
  if (port?.scheme === undefined) return undefined;
  const httpGet = {
    path: "/",
    port: port.value,
    ...(port.scheme === "HTTPS" ? { scheme: port.scheme } : {}),
  };
  return { like: undefined, port: port.value, value: { httpGet, ...READINESS } };
}

/** A liveness probe that leaves a starting container 30 s and always waits longer than readiness. */
export function livenessFor(container: Container, port: ServingPort | undefined): Suggestion | undefined {
  const readiness = probeOf(container, "readinessProbe");
  const known = answerable(container, "readinessProbe") ?? answerable(container, "startupProbe");
  const timeoutSeconds = known?.timeoutSeconds ?? 1;
  const patience =
    readiness === undefined ? 3 : patientThreshold({ periodSeconds: 10, timeoutSeconds }, readiness);
  if (patience === undefined) return undefined;
  const timing = { ...LIVENESS, ...(patience > 3 ? { failureThreshold: patience } : {}) };
  if (known === undefined) return port === undefined ? undefined : connection(port.value, timing);
  const http = known.handler?.name === "httpGet" ? known.handler.node : undefined;
  if (!READY_PATH.test(stringOf(nodeAt(http, "path")) ?? "")) return likeness(known, timing);
  const asked = nodeAt(http, "port");
  const value = integerOf(asked) ?? stringOf(asked);
  return value === undefined ? undefined : connection(value, timing);
}

const READINESS = { periodSeconds: 5, failureThreshold: 3 };
const LIVENESS = { initialDelaySeconds: 30, periodSeconds: 10 };

/** Paths that say whether traffic is welcome, dependencies included: no reason to restart anything. */
const READY_PATH = /ready|readiness|deep|dependenc/i;

/** The probe if a healthy container is known to answer it: its port is one that the kubelet finds. */
function answerable(container: Container, name: ProbeName): Probe | undefined {
  const probe = probeOf(container, name);
  if (probe?.handler === undefined) return undefined;
  const port = present(nodeAt(probe.handler.node, "port"));
  if (port?.kind !== "scalar" || typeof port.value === "number") return probe;
  return portsOf(container)?.some((each) => each.name === port.value) === true ? probe : undefined;
}

function likeness(probe: Probe, timing: Readonly<Record<string, Value>>): Suggestion | undefined {
  const { handler, timeoutSeconds, name } = probe;
  if (handler === undefined || timeoutSeconds === undefined) return undefined;
  const patience = timeoutSeconds > 1 ? { timeoutSeconds } : {};
  return {
    like: name,
    port: undefined,
    value: { [handler.name]: toValue(handler.node), ...patience, ...timing },
  };
}

function connection(port: string | number, timing: Readonly<Record<string, Value>>): Suggestion {
  return { like: undefined, port, value: { tcpSocket: { port }, ...timing } };
}
