import { type Message, t } from "../../../model/message.ts";
import type { Cluster, KubeObject } from "../cluster.ts";
import { at, listOf, textAt } from "../json.ts";
import { KINDS } from "../kinds.ts";
import { type Read, readList } from "./read.ts";

/** Somebody who writes the object too, and would undo what is written. */
export interface Owner {
  readonly kind: "gitops" | "helm" | "rollout" | "flagger";
  /** Who it is and by which mark it is known. */
  readonly name: string;
  readonly mark: string;
  /** When and how the write would be undone. */
  readonly reverts: Message;
  /** The mark says little by itself: it is told, and nothing is blocked for it. */
  readonly isHint?: true;
}

/** Marks of tools that apply manifests from a repository. */
const MARKS: readonly {
  readonly place: "annotations" | "labels";
  readonly key: string;
  readonly kind: "gitops" | "helm";
  readonly tool: string;
  readonly reverts: (value: string) => Message;
}[] = [
  {
    place: "annotations",
    key: "argocd.argoproj.io/tracking-id",
    kind: "gitops",
    tool: "Argo CD",
    reverts: (value) =>
      t(
        "Argo CD application {name} puts the manifest's weights back at its next sync; with self-heal within seconds.",
        {
          name: value.split(":")[0] ?? value,
        },
      ),
  },
  {
    place: "labels",
    key: "kustomize.toolkit.fluxcd.io/name",
    kind: "gitops",
    tool: "Flux",
    reverts: (name) =>
      t("Flux Kustomization {name} puts the manifest's weights back at its next reconciliation.", { name }),
  },
  {
    place: "labels",
    key: "helm.toolkit.fluxcd.io/name",
    kind: "gitops",
    tool: "Flux",
    reverts: (name) =>
      t(
        "Flux HelmRelease {name} puts the chart's weights back at its next upgrade, or at once where it corrects drift.",
        { name },
      ),
  },
  {
    place: "annotations",
    key: "meta.helm.sh/release-name",
    kind: "helm",
    tool: "Helm",
    reverts: (name) => t("The next upgrade of Helm release {name} puts the chart's weights back.", { name }),
  },
  {
    place: "labels",
    key: "app.kubernetes.io/instance",
    kind: "gitops",
    tool: "Argo CD",
    reverts: (name) =>
      t(
        "Argo CD marks what it applies with the label app.kubernetes.io/instance={name} unless told otherwise. If it does so here, it puts the manifest's weights back at its next sync.",
        { name },
      ),
  },
];

const INSTANCE = "app.kubernetes.io/instance";

/**
 * Who applies the object from a repository. The label that Argo CD marks objects with is one that Helm charts set as
 * well: of an object of a chart it counts where the cluster serves Argo CD's API.
 */
export async function readOwners(
  cluster: Cluster,
  object: KubeObject,
  signal: AbortSignal,
): Promise<readonly Owner[]> {
  const owners = ownersByMarks(object);
  const { labels = {} } = object.metadata;
  const release = labels[INSTANCE];
  const isChart = labels["app.kubernetes.io/managed-by"] === "Helm" || labels["helm.sh/chart"] !== undefined;
  const isOnlyMark = owners.length === 1 && owners[0]?.mark.startsWith(INSTANCE);
  if (release === undefined || !isChart || !isOnlyMark) return owners;
  const ref = { type: KINDS.application, namespace: object.metadata.namespace, name: release };
  const asked = await cluster.get(ref, signal);
  // Anything but "there is no such API" leaves it open, and what is open blocks.
  if (asked.ok || asked.failure.kind !== "notServed") return owners;
  return [
    {
      kind: "helm",
      name: "Helm",
      mark: `${INSTANCE}: ${release}`,
      isHint: true,
      reverts: t(
        "It comes from a Helm chart (release {name}), and this cluster serves no Argo CD: the next upgrade of the release puts the chart's weights back. An Argo CD in another cluster would do so at its next sync; make sure that there is none.",
        { name: release },
      ),
    },
  ];
}

/** By the marks that the object bears. */
function ownersByMarks({ metadata }: KubeObject): readonly Owner[] {
  const owners = MARKS.flatMap(({ place, key, kind, tool, reverts }): Owner[] => {
    const value = metadata[place]?.[key];
    return value === undefined
      ? []
      : [{ kind, name: tool, mark: `${key}: ${value}`, reverts: reverts(value) }];
  });
  // The label is what Helm charts set too: where another mark says who it is, it adds nothing.
  return owners.length > 1 ? owners.filter(({ mark }) => !mark.startsWith(INSTANCE)) : owners;
}

/** Flagger Canaries that own the object. */
export function ownersByReference({ metadata }: KubeObject): readonly Owner[] {
  return (metadata.ownerReferences ?? [])
    .filter(({ kind, apiVersion }) => kind === "Canary" && apiVersion.startsWith("flagger.app/"))
    .map(({ name }) => ({
      kind: "flagger",
      name: `Canary ${name}`,
      mark: "metadata.ownerReferences",
      reverts: t(
        "Flagger Canary {name} sets the weights itself and overwrites others within its interval. Leave the shift to it, or suspend it first (spec.suspend: true).",
        {
          name,
        },
      ),
    }));
}

/** Argo Rollouts of the namespace that steer the route. */
export async function readRollouts(
  cluster: Cluster,
  object: KubeObject,
  signal: AbortSignal,
): Promise<Read<readonly Owner[]>> {
  const { namespace } = object.metadata;
  const outcome = await cluster.list(
    KINDS.rollout,
    { namespace },
    (rollout): Owner | undefined =>
      steers(rollout, object)
        ? {
            kind: "rollout",
            name: `Rollout ${rollout.metadata.name}`,
            mark: "spec.strategy.canary.trafficRouting",
            reverts: t(
              "Argo Rollout {name} sets the weights itself and overwrites others at its next reconciliation. Let it promote, abort or undo instead: nines shift promote rollout/{name}.",
              {
                name: rollout.metadata.name,
              },
            ),
          }
        : undefined,
    signal,
  );
  return readList(outcome, `Rollouts in ${namespace}`);
}

function steers(rollout: KubeObject, { kind, metadata }: KubeObject): boolean {
  const routing = at(rollout, "spec", "strategy", "canary", "trafficRouting");
  const gateway = at(routing, "plugins", "argoproj-labs/gatewayAPI");
  const names =
    kind === "VirtualService"
      ? [
          textAt(routing, "istio", "virtualService", "name"),
          ...listOf(at(routing, "istio", "virtualServices")).map((item) => textAt(item, "name")),
        ]
      : [
          textAt(gateway, "httpRoute"),
          ...listOf(at(gateway, "httpRoutes")).map((item) => textAt(item, "name")),
        ];
  // A name may carry its namespace: `app.shop` (argo-rollouts utils/istio, GetVirtualServiceNamespaceName).
  return names.some((name) => name === metadata.name || name === `${metadata.name}.${metadata.namespace}`);
}
