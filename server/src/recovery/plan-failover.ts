import { type Field, type MapNode, type Node, nodeAt } from "../model/node.ts";
import {
  duration,
  flag,
  integer,
  type List,
  map,
  maps,
  number,
  type Texts,
  text,
  texts,
  word,
} from "./fields.ts";
import type { Disruption } from "./plan.ts";

/** A way to move what is served (`strategies[]`). */
export interface Strategy {
  readonly node: MapNode;
  readonly name: Field<string>;
  readonly type: Field<"DNS" | "ServiceMesh" | "DatabasePromotion">;
  /** ServiceMesh: `namespace/name`. */
  readonly virtualService: Field<string>;
  readonly fromHost: Field<string>;
  readonly toHost: Field<string>;
  readonly toSubset: Field<string>;
  readonly destinationRule: Field<string>;
  /** Until every proxy has the new routes. */
  readonly propagation: Field<number>;
  /** DNS: the name that is switched. */
  readonly record: Field<string>;
  readonly ttl: Field<number>;
  readonly healthCheck: HealthCheck | undefined;
  readonly controllerInterval: Field<number>;
  readonly resolverSlack: Field<number>;
  /** DatabasePromotion: a name of `databases`. */
  readonly database: Field<string>;
}

export interface HealthCheck {
  readonly node: MapNode;
  readonly interval: Field<number>;
  readonly failureThreshold: Field<number>;
}

/** What is done after a disruption (`failovers[]`). */
export interface Failover {
  readonly node: MapNode;
  readonly name: Field<string>;
  readonly serves: List<{ readonly value: Disruption; readonly node: Node }>;
  readonly detection: Detection | undefined;
  readonly decision: Decision | undefined;
  readonly steps: List<FailoverStep>;
  readonly failback: Failback | undefined;
}

export interface Detection {
  readonly node: MapNode;
  readonly source: Field<string>;
  readonly scrapeInterval: Field<number>;
  readonly for: Field<number>;
  readonly groupWait: Field<number>;
  /** Of outlier detection: errors per second that one proxy sees. */
  readonly errorsPerSecond: Field<number>;
  /** Of any other source: how long it takes until somebody or something knows. */
  readonly duration: Field<number>;
}

export interface Decision {
  readonly node: MapNode;
  readonly mode: Field<"Manual" | "Automatic">;
  readonly budget: Field<number>;
}

/** A step: how long it takes follows from its `strategy`, its `restore`, or is stated. */
export interface FailoverStep {
  readonly node: MapNode;
  readonly name: Field<string>;
  readonly strategy: Field<string>;
  /** A name of `backups`. */
  readonly restore: Field<string>;
  readonly duration: Field<number>;
  /** What a drill has shown; counts before everything else. */
  readonly measured: Field<number>;
  readonly targetReplicas: Field<number>;
  readonly after: Texts;
}

export interface Failback {
  readonly node: MapNode;
  readonly mode: Field<"Manual" | "Automatic">;
  readonly requireResync: Field<boolean>;
}

/** `release`: what the plan says about new versions; each part is read by those who check it. */
export interface Release {
  readonly canary: MapNode | undefined;
  readonly blueGreen: MapNode | undefined;
  readonly abTest: MapNode | undefined;
  readonly gates: MapNode | undefined;
}

export interface Drills {
  readonly node: MapNode;
  /** A date, `2025-09-01`. */
  readonly lastTested: Field<string>;
  readonly interval: Field<number>;
  readonly type: Field<string>;
}

const MODES = ["Manual", "Automatic"] as const;

export function strategyOf(node: MapNode): Strategy {
  const check = map(node, "healthCheck");
  return {
    node,
    name: text(node, "name"),
    type: word(node, "type", ["DNS", "ServiceMesh", "DatabasePromotion"]),
    virtualService: text(node, "virtualService"),
    fromHost: text(nodeAt(node, "from"), "host"),
    toHost: text(nodeAt(node, "to"), "host"),
    toSubset: text(nodeAt(node, "to"), "subset"),
    destinationRule: text(node, "destinationRule"),
    propagation: duration(node, "propagation"),
    record: text(node, "record"),
    ttl: duration(node, "ttl"),
    healthCheck:
      check === undefined
        ? undefined
        : {
            node: check,
            interval: duration(check, "interval"),
            failureThreshold: integer(check, "failureThreshold"),
          },
    controllerInterval: duration(node, "controllerInterval"),
    resolverSlack: duration(node, "resolverSlack"),
    database: text(node, "database"),
  };
}

export function failoverOf(node: MapNode, serves: Failover["serves"]): Failover {
  return {
    node,
    name: text(node, "name"),
    serves,
    detection: detectionOf(map(node, "detection")),
    decision: decisionOf(map(node, "decision")),
    steps: maps(node, "steps", stepOf),
    failback: failbackOf(map(node, "failback")),
  };
}

function detectionOf(node: MapNode | undefined): Detection | undefined {
  if (node === undefined) return undefined;
  return {
    node,
    source: text(node, "source"),
    scrapeInterval: duration(node, "scrapeInterval"),
    for: duration(node, "for"),
    groupWait: duration(node, "groupWait"),
    errorsPerSecond: number(node, "errorsPerSecond"),
    duration: duration(node, "duration"),
  };
}

function decisionOf(node: MapNode | undefined): Decision | undefined {
  if (node === undefined) return undefined;
  return { node, mode: word(node, "mode", MODES), budget: duration(node, "budget") };
}

function stepOf(node: MapNode): FailoverStep {
  return {
    node,
    name: text(node, "name"),
    strategy: text(node, "strategy"),
    restore: text(node, "restore"),
    duration: duration(node, "duration"),
    measured: duration(node, "measured"),
    targetReplicas: number(node, "targetReplicas"),
    after: texts(node, "after"),
  };
}

function failbackOf(node: MapNode | undefined): Failback | undefined {
  if (node === undefined) return undefined;
  return { node, mode: word(node, "mode", MODES), requireResync: flag(node, "requireResync") };
}

export function releaseOf(node: Node | undefined): Release | undefined {
  if (node === undefined) return undefined;
  return {
    canary: map(node, "canary"),
    blueGreen: map(node, "blueGreen"),
    abTest: map(node, "abTest"),
    gates: map(node, "gates"),
  };
}

export function drillsOf(node: Node | undefined): Drills | undefined {
  if (node?.kind !== "map") return undefined;
  return {
    node,
    lastTested: text(node, "lastTested"),
    interval: duration(node, "interval"),
    type: text(node, "type"),
  };
}
