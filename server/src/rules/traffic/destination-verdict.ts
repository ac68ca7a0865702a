import { type Message, t } from "../../model/message.ts";
import type { Resource } from "../../model/resource.ts";
import { closest } from "../../text/closest.ts";
import { isSlip } from "../../text/slip.ts";
import { gatewaysOf } from "../../traffic/istio.ts";
import { formatHost, type IstioHost, namespacesOf, onlyOne } from "../../traffic/istio-host.ts";
import { type HostLookup, isVisibleTo } from "../../traffic/service-lookup.ts";
import { familyOf, mayBeElsewhere, servicesBeside } from "../../traffic/service-sources.ts";
import { formatShare } from "../../traffic/shares.ts";
import type { Protocol } from "../../traffic/weighted-route.ts";
import { hostsOf } from "../../workspace/indexes.ts";
import { isTogether } from "../../workspace/scope.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";

/** Why a host leads nowhere. */
export type Missing =
  /** A name cut short: with a dot in it Istio takes it as a full name. */
  | {
      readonly kind: "cut";
      readonly full: string;
      readonly name: string;
      readonly namespace: string;
      /** The Service of the full name is in the workspace, for these clients too. */
      readonly isThere: boolean;
    }
  /** A short name of a Service that is in another namespace. */
  | {
      readonly kind: "namespace";
      readonly full: string;
      readonly there: string;
      readonly here: string;
      readonly isThere: boolean;
    }
  /** It is there, but not for clients of this namespace. */
  | { readonly kind: "export"; readonly service: Resource; readonly here: string }
  /** Nothing of that name, although what it belongs to is here: `beside`, or something close by name. */
  | { readonly kind: "nowhere"; readonly near: string | undefined; readonly beside: Resource | undefined };

/** Whether a host of a VirtualService leads nowhere, as far as the workspace proves it; undefined when not. */
export function missingOf(
  snapshot: Snapshot,
  from: Resource,
  text: string,
  lookup: HostLookup,
): Missing | undefined {
  if (lookup.found.length > 0) return notExported(snapshot, from, lookup);
  const cut = lookup.unreadable.length > 0 ? undefined : cutShort(snapshot, from, text);
  return cut ?? otherwiseMissing(snapshot, from, text, lookup);
}

function otherwiseMissing(
  snapshot: Snapshot,
  from: Resource,
  text: string,
  lookup: HostLookup,
): Missing | undefined {
  const missing =
    inOtherNamespace(snapshot, from, text, lookup) ?? nowhereOf(snapshot, from, text, lookup.host);
  // Costly, so only where there is something to say.
  return missing === undefined || mayBeElsewhere(snapshot, from, text, lookup) ? undefined : missing;
}

/** Where it is deployed together with the route, or where Services of the route's namespace are known. */
function inOtherNamespace(
  snapshot: Snapshot,
  from: Resource,
  text: string,
  { host, elsewhere }: HostLookup,
): Missing | undefined {
  const [other] = elsewhere;
  const there = other === undefined ? undefined : onlyOne(namespacesOf(snapshot, other));
  const here = host.kind === "service" ? onlyOne(host.namespaces) : undefined;
  if (there === undefined || here === undefined || text.includes(".")) return undefined;
  const isMeant =
    elsewhere.some((service) => isTogether(snapshot, from, service)) ||
    snapshot.find("serviceNamespace", here).length > 0;
  if (!isMeant) return undefined;
  const isThere = isAnswering(snapshot, from, elsewhere, there);
  return { kind: "namespace", full: fullName(text, there), there, here, isThere };
}

function nowhereOf(snapshot: Snapshot, from: Resource, text: string, host: IstioHost): Missing | undefined {
  const slip = slipOf(snapshot, text, host);
  const [beside] = familyOf(snapshot, from, host);
  if (slip === undefined && beside === undefined) return undefined;
  return { kind: "nowhere", near: slip ?? nearestOf(snapshot, from, text, host), beside };
}

/** `web.shop`, where there is a Service `web` of namespace `shop` or the route is in that namespace; `web.shop.svc`. */
function cutShort(snapshot: Snapshot, from: Resource, text: string): Missing | undefined {
  const [, name, namespace, svc] = /^([^.*]+)\.([^.*]+)(\.svc)?$/.exec(text) ?? [];
  if (name === undefined || namespace === undefined) return undefined;
  const full = fullName(name, namespace);
  const services = snapshot.find("name", `/Service/${name}`);
  const isKnown = services.some((service) => onlyOne(namespacesOf(snapshot, service)) === namespace);
  if (svc === undefined && !isKnown && onlyOne(namespacesOf(snapshot, from)) !== namespace) return undefined;
  return { kind: "cut", full, name, namespace, isThere: isAnswering(snapshot, from, services, namespace) };
}

/** Whether one of the Services is certainly in a namespace, and exported to where the route counts. */
function isAnswering(
  snapshot: Snapshot,
  from: Resource,
  services: readonly Resource[],
  namespace: string,
): boolean {
  const ofGateways = (gatewaysOf(from) ?? []).flatMap((gateway) =>
    gateway.includes("/") ? [new Set([gateway.slice(0, gateway.indexOf("/"))])] : [],
  );
  return services.some(
    (service) =>
      onlyOne(namespacesOf(snapshot, service)) === namespace &&
      [namespacesOf(snapshot, from), ...ofGateways].every((clients) =>
        isVisibleTo(snapshot, service, clients),
      ),
  );
}

/** Only where the callers are known to be in one namespace: those of a VirtualService for the mesh alone. */
function notExported(snapshot: Snapshot, from: Resource, { found }: HostLookup): Missing | undefined {
  const here = onlyOne(namespacesOf(snapshot, from));
  const isForMesh = gatewaysOf(from)?.every((gateway) => gateway === "mesh") === true;
  if (here === undefined || !isForMesh || !exportsNowhereElse(from)) return undefined;
  const [service] = found;
  if (service === undefined || found.some((one) => isVisibleTo(snapshot, one, new Set([here]))))
    return undefined;
  return { kind: "export", service, here };
}

/** Whether the VirtualService itself counts in its own namespace only (`exportTo: ["."]`). */
function exportsNowhereElse(from: Resource): boolean {
  const list = from.get("spec.exportTo");
  if (list?.kind !== "seq" || list.items.length !== 1) return false;
  const [only] = list.items;
  return only?.kind === "scalar" && (only.source === "." || only.source === from.namespace);
}

/** The closest name among those that are deployed together with the route. */
function nearestOf(snapshot: Snapshot, from: Resource, text: string, host: IstioHost): string | undefined {
  const beside = servicesBeside(snapshot, from, host).slice(0, 100);
  if (host.kind !== "service")
    return closest(
      text,
      beside.flatMap((entry) => hostsOf(entry)),
    );
  const near = closest(
    host.name,
    beside.flatMap((service) => service.name ?? []),
  );
  return near === undefined ? undefined : writtenAs(text, host.name, near);
}

/** A Service that names the same namespace, wherever in the workspace, of which this is a mistyped name. */
function slipOf(snapshot: Snapshot, text: string, host: IstioHost): string | undefined {
  const here = host.kind === "service" ? onlyOne(host.namespaces) : undefined;
  if (host.kind !== "service" || here === undefined) return undefined;
  const meant = snapshot
    .find("serviceNamespace", here)
    .find(({ name }) => name !== undefined && isSlip(name, host.name));
  return meant?.name === undefined ? undefined : writtenAs(text, host.name, meant.name);
}

/** Another name in the place of this one, short or in full as it was. */
function writtenAs(text: string, name: string, other: string): string {
  return text.includes(".") ? text.replace(name, other) : other;
}

function fullName(name: string, namespace: string): string {
  return `${name}.${namespace}.svc.cluster.local`;
}

/** The sentence about it. `share` is the part of the route's requests, from 0 to 1; undefined for mirrored ones. */
export function messageOf(
  missing: Missing,
  text: string,
  { host }: HostLookup,
  share: number | undefined,
  protocol: Protocol,
): Message {
  if (share === undefined) {
    return t(
      "Istio finds no Service or ServiceEntry for {host}: the mirrored requests are lost. Correct the host or add what it names.",
      { host: text },
    );
  }
  const values = { host: text, service: formatHost(host), effect: [effectOf(share, protocol)] };
  switch (missing.kind) {
    case "cut":
      return t(
        "With a dot in it {host} is a full name to Istio, not Service {name} of namespace {namespace}, and nothing has that name: {effect}. Write {full}.",
        { ...values, full: missing.full, name: missing.name, namespace: missing.namespace },
      );
    case "namespace":
      return t(
        "{host} without a dot is looked up in namespace {here}, but Service {host} is in namespace {there}: {effect}. Write {full}.",
        { ...values, full: missing.full, here: missing.here, there: missing.there },
      );
    case "export":
      return t(
        "{kind} {name} is not exported to namespace {here} (exportTo), so {host} is unknown there: {effect}. Export it to {here}.",
        {
          ...values,
          kind: missing.service.kind,
          name: missing.service.name ?? "",
          here: missing.here,
        },
      );
    case "nowhere":
      return nowhere(missing, values);
  }
}

/** What becomes of the requests. */
function effectOf(share: number, protocol: Protocol): Message {
  const values = { share: formatShare(share) };
  if (share === 0) return t("with weight 0 nothing fails yet, but will as soon as the weight is raised");
  return protocol === "http"
    ? t("everything sent to it fails (HTTP 503), which is {share} of this route", values)
    : t("every connection to it is closed, which is {share} of this route", values);
}

function nowhere(
  { near, beside }: Extract<Missing, { kind: "nowhere" }>,
  values: Message["values"],
): Message {
  if (near !== undefined) {
    return t(
      "No Service or ServiceEntry in this workspace is {service}; the closest name is {near}. Unless one is kept elsewhere, {effect}.",
      { ...values, near },
    );
  }
  return t(
    "No Service or ServiceEntry in this workspace is {service}, though {kind} {name} is deployed together with this route. Unless it is kept elsewhere, {effect}. Correct the host or add what it names.",
    { ...values, kind: beside?.kind ?? "", name: beside?.name ?? "" },
  );
}
