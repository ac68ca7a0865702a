import { podOwners } from "../workspace/workload.ts";
import * as type from "./types.ts";

/** What a part of a resource is, for its icon. */
export type OutlineSort =
  | "resource"
  | "container"
  | "port"
  | "route"
  | "destination"
  | "subset"
  | "listener"
  | "step";

/** A part of a resource that is worth a line of the outline. */
export interface OutlinePart {
  /** Types of resources; undefined for parts of parts. */
  readonly in?: readonly string[];
  /** A pattern (see `compile`); in a part it counts from there. */
  readonly at: string;
  readonly sort: OutlineSort;
  /** Where its name stands: the first of these paths at which something is written. */
  readonly name: readonly string[];
  /** What is added to the name behind a slash. */
  readonly also?: string;
  /** What else is shown, at the first of these paths at which something is written. */
  readonly detail?: readonly string[];
  /** Where nothing names it: its list and number (`http 2`), or its first entry (`setWeight 20`). */
  readonly otherwise: "number" | "entry";
  readonly parts?: readonly OutlinePart[];
}

const port = (number: string): Omit<OutlinePart, "at"> => ({
  sort: "port",
  name: ["name", number],
  detail: [number],
  otherwise: "number",
});

const istioRoute = (protocol: string): OutlinePart => ({
  in: [type.VIRTUAL_SERVICE],
  at: `spec.${protocol}[]`,
  sort: "route",
  name: ["name"],
  otherwise: "number",
  parts: [
    {
      at: "route[]",
      sort: "destination",
      name: ["destination.host"],
      also: "destination.subset",
      detail: ["weight"],
      otherwise: "number",
    },
  ],
});

/** What the outline shows of each type, in the order in which it looks for them. Adding a part is one entry. */
export const outlineParts: readonly OutlinePart[] = [
  {
    in: podOwners,
    at: "@containers",
    sort: "container",
    name: ["name"],
    detail: ["image"],
    otherwise: "number",
    parts: [{ ...port("containerPort"), at: "ports[]" }],
  },
  { ...port("port"), in: [type.SERVICE], at: "spec.ports[]" },
  { ...port("number"), in: [type.SERVICE_ENTRY], at: "spec.ports[]" },
  ...["http", "tls", "tcp"].map(istioRoute),
  {
    in: [type.DESTINATION_RULE],
    at: "spec.subsets[]",
    sort: "subset",
    name: ["name"],
    otherwise: "number",
  },
  {
    in: type.ROUTES,
    at: "spec.rules[]",
    sort: "route",
    name: ["name"],
    otherwise: "number",
    parts: [
      { at: "backendRefs[]", sort: "destination", name: ["name"], detail: ["weight"], otherwise: "number" },
    ],
  },
  {
    in: [type.INGRESS],
    at: "spec.rules[]",
    sort: "route",
    name: ["host"],
    otherwise: "number",
    parts: [
      {
        at: "http.paths[]",
        sort: "destination",
        name: ["path"],
        detail: ["backend.service.name"],
        otherwise: "number",
      },
    ],
  },
  {
    in: [type.ISTIO_GATEWAY],
    at: "spec.servers[]",
    sort: "listener",
    name: ["name", "port.name"],
    detail: ["port.number"],
    otherwise: "number",
  },
  {
    in: [type.GATEWAY],
    at: "spec.listeners[]",
    sort: "listener",
    name: ["name"],
    detail: ["port"],
    otherwise: "number",
  },
  {
    in: [type.ROLLOUT],
    at: "spec.strategy.canary.steps[]",
    sort: "step",
    name: [],
    otherwise: "entry",
  },
];
