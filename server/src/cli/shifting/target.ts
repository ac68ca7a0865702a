import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { readManifest } from "../../files/read.ts";
import { SourceFile } from "../../model/document.ts";
import { t } from "../../model/message.ts";
import type { Resource } from "../../model/resource.ts";
import { closest } from "../../text/closest.ts";
import type { ResourceType } from "../../traffic/shift/cluster.ts";
import { KINDS } from "../../traffic/shift/kinds.ts";
import { UsageError } from "../errors.ts";

/** What a shift is about, as it is written on the command line. */
export interface Target {
  readonly type: ResourceType;
  readonly name: string;
  /** Where a manifest names it. */
  readonly namespace: string | undefined;
  /** Behind `=`: destinations, DNS targets. */
  readonly to: readonly string[];
  /** Behind `@`. */
  readonly context: string | undefined;
  /** Of a DNSEndpoint: which record, where a plan says it. */
  readonly record?: string;
}

/** The kinds that can be shifted, by the names kubectl knows them by. */
const TYPES: Readonly<Record<string, ResourceType>> = {
  virtualservice: KINDS.virtualService,
  virtualservices: KINDS.virtualService,
  vs: KINDS.virtualService,
  httproute: KINDS.httpRoute,
  httproutes: KINDS.httpRoute,
  destinationrule: KINDS.destinationRule,
  destinationrules: KINDS.destinationRule,
  dr: KINDS.destinationRule,
  rollout: KINDS.rollout,
  rollouts: KINDS.rollout,
  ro: KINDS.rollout,
  dnsendpoint: KINDS.dnsEndpoint,
  dnsendpoints: KINDS.dnsEndpoint,
  cluster: KINDS.database,
  clusters: KINDS.database,
};

/**
 * Reads `[KIND/]NAME[=TO,…][@CONTEXT]` or a file with a manifest. The context stands last, since it may hold any
 * character.
 * @throws UsageError
 */
export function readTarget(text: string, cwd: string): Target {
  const [, place = "", to, context] = /^([^=@]+)(?:=([^@]*))?(?:@(.+))?$/.exec(text) ?? [];
  const rest = { to: to === undefined || to === "" ? [] : to.split(","), context };
  if (/\.(?:ya?ml|json)$/i.test(place)) return { ...ofFile(resolve(cwd, place), place), ...rest };
  const parts = place.split("/");
  const [kind = "", name = ""] = parts.length === 2 ? parts : ["virtualservice", place];
  const type = Object.hasOwn(TYPES, kind.toLowerCase()) ? TYPES[kind.toLowerCase()] : undefined;
  if (type === undefined) {
    const near = closest(kind, Object.keys(TYPES));
    throw new UsageError(
      near === undefined
        ? t("“{kind}” is nothing whose traffic can be shifted. Known are: {kinds}.", {
            kind,
            kinds: [...new Set(Object.values(TYPES).map((known) => known.kind))].join(", "),
          })
        : t("“{kind}” is nothing whose traffic can be shifted. Did you mean “{near}”?", { kind, near }),
    );
  }
  if (!/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name) || name.length > 253)
    throw new UsageError(t("“{name}” is no name of a Kubernetes object.", { name }));
  return { type, name, namespace: undefined, ...rest };
}

function ofFile(path: string, shown: string): Pick<Target, "type" | "name" | "namespace"> {
  // A DestinationRule often stands beside the route that is meant; by itself it is named, not found.
  const kinds = new Set(Object.values(TYPES).map(({ kind }) => kind));
  kinds.delete(KINDS.destinationRule.kind);
  const found = resourcesOf(path, shown, kinds).find(
    ({ type, name, kind }) => name !== undefined && kinds.has(kind) && typeOf(type) !== undefined,
  );
  const type = found && typeOf(found.type);
  if (found?.name === undefined || type === undefined)
    throw new UsageError(
      t(
        "{file} holds nothing whose traffic can be shifted: no VirtualService, HTTPRoute, Rollout, DNSEndpoint or CloudNativePG Cluster with a name.",
        { file: shown },
      ),
    );
  return { type, name: found.name, namespace: found.namespace };
}

function typeOf(groupKind: string): ResourceType | undefined {
  return Object.values(TYPES).find(({ group, kind }) => `${group}/${kind}` === groupKind);
}

/**
 * The resources of one of the user's own files.
 * @throws UsageError when it cannot be read
 */
export function resourcesOf(path: string, shown: string, kinds: ReadonlySet<string>): readonly Resource[] {
  const outcome = readManifest(path, true);
  if (outcome === undefined || "problem" in outcome)
    throw new UsageError(
      t("{file} could not be read.", { file: shown }),
      ...(outcome === undefined ? [] : [outcome.problem]),
    );
  const file = new SourceFile(pathToFileURL(path).href, outcome.text, kinds);
  return file.documents.flatMap((document) => document.resources);
}
