import type { DocumentEdit } from "../../fixes/edit.ts";
import { type Message, t } from "../../model/message.ts";
import { entriesOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { isEmptySelector } from "../../model/selector.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { defineRule } from "../rule.ts";
import { type RemovedApi, removedApis } from "./removed-apis.ts";

interface Payload {
  readonly api: RemovedApi;
  /** The successor takes the object as it is written. */
  readonly fits: boolean;
  /** It takes it, and then selects other pods. */
  readonly changesMeaning: boolean;
  /** Patches that are written inside a kustomization name the version too; nothing here can edit them. */
  readonly patchedElsewhere: boolean;
}

const table: ReadonlyMap<string, RemovedApi> = new Map(
  removedApis.flatMap((api) => api.kinds.map((kind) => [`${api.apiVersion}/${kind}`, api] as const)),
);

export default defineRule<Payload>({
  id: "api-version-removed",
  title: "The API version is no longer served",
  severity: "error",
  appliesTo: [...table.keys()],
  judges: ["complete", "template"],
  docs: {
    why: "The API server answers “no matches for kind” to an object in a version that it no longer serves. Nothing is lost while the old object lives in the cluster, so it shows when it hurts: at the next deployment, or when a cluster is built anew after a disaster.",
    how: "Where the new version takes the object as it is written, the fix changes `apiVersion` (and that of its kustomize patches). Otherwise rewrite the fields that the message names; `kubectl convert` helps. An empty selector of a PodDisruptionBudget selects nothing in `policy/v1beta1` and every pod of the namespace in `policy/v1`: decide which you mean. In charts only objects whose version is written out are judged, not those behind a switch over the cluster's capabilities.",
    sources: [
      "https://kubernetes.io/docs/reference/using-api/deprecation-guide/",
      "https://github.com/kubernetes/api/blob/v0.34.0/policy/v1beta1/zz_generated.prerelease-lifecycle.go",
    ],
    peers: { "kube-linter": "no-extensions-v1beta", "kube-score": "stable-version" },
  },
  check(resource, context) {
    const api = table.get(`${resource.apiVersion}/${resource.kind}`);
    if (api === undefined || isSwitched(resource)) return;
    const fits = takesAsWritten(api, resource);
    const inline = context.snapshot.layout
      .patchesFor(resource)
      .some((patch) => patch.file === undefined && !patch.touches(["spec", "replicas"]));
    context.report(resource.at("apiVersion"), messageOf(api, resource, fits), {
      api,
      fits,
      changesMeaning:
        resource.kind === "PodDisruptionBudget" && isEmptySelector(resource.get("spec.selector")),
      patchedElsewhere: inline,
    });
  },
  fixes: [
    {
      id: "use-successor",
      title: ({ api, changesMeaning }) =>
        changesMeaning
          ? t(
              "Change apiVersion to {successor}, where the empty selector selects every pod of the namespace",
              {
                successor: api.successor ?? "",
              },
            )
          : t("Change apiVersion to {successor}", { successor: api.successor ?? "" }),
      preferred: ({ changesMeaning, patchedElsewhere }) => !changesMeaning && !patchedElsewhere,
      needsConfirmation: ({ changesMeaning, patchedElsewhere }) => changesMeaning || patchedElsewhere,
      edits({ api: { successor }, fits }, resource, snapshot) {
        if (!fits || successor === undefined) return undefined;
        return [resource, ...patchesOf(resource, snapshot)].flatMap((each) => versionEdit(each, successor));
      },
    },
  ],
});

function takesAsWritten(api: RemovedApi, resource: Resource): boolean {
  if (api.successor === undefined) return false;
  const { needs = [], differs = [], rewritten } = api;
  if (rewritten !== undefined && differs.length === 0) return false;
  return (
    needs.every((path) => resource.get(path) !== undefined) &&
    differs.every((path) => resource.get(path) === undefined)
  );
}

function messageOf(api: RemovedApi, resource: Resource, fits: boolean): Message {
  const { apiVersion, kind } = resource;
  const { release, successor, instead } = api;
  if (successor === undefined) {
    return t(
      "Kubernetes {release} and later do not serve {apiVersion} {kind}, so applying it fails. Nothing succeeds it: use {instead} instead.",
      { release, apiVersion, kind, instead: instead ?? "" },
    );
  }
  if (fits) {
    return t(
      "Kubernetes {release} and later do not serve {apiVersion} {kind}, so applying it fails. {successor} takes it as it is written.",
      { release, apiVersion, kind, successor },
    );
  }
  const missing = (api.needs ?? []).filter((path) => resource.get(path) === undefined);
  const fields = missing.length > 0 ? missing.join(", ") : (api.rewritten ?? api.differs?.join(", ") ?? "");
  return t(
    "Kubernetes {release} and later do not serve {apiVersion} {kind}, so applying it fails. {successor} serves it with other fields: rewrite {fields}.",
    { release, apiVersion, kind, successor, fields },
  );
}

/** Kustomize finds the target of a strategic merge patch by its version too, so its patches have to follow it. */
function patchesOf(resource: Resource, snapshot: Snapshot): readonly Resource[] {
  const files = new Set(snapshot.layout.patchesFor(resource).map((patch) => patch.file));
  return snapshot
    .find("name", `${resource.type}/${resource.name ?? ""}`)
    .filter(
      (other) =>
        other !== resource &&
        other.apiVersion === resource.apiVersion &&
        files.has(other.document.uri) &&
        snapshot.layout.completenessOf(other) === "patch",
    );
}

function versionEdit(resource: Resource, successor: string): DocumentEdit[] {
  const { document, apiVersion } = resource;
  const node = resource.get("apiVersion");
  if (node?.kind !== "scalar") return [];
  // Quotes stay as they are.
  const written = document.text.slice(node.range.start, node.range.end);
  return [{ document, range: node.range, newText: written.replace(apiVersion, successor) }];
}

/**
 * Whether a template may decide the version: it stands twice, or behind a condition. Conditions that only say
 * whether the object is wanted at all (`if .Values.pdb.enabled`) leave the version as it is.
 */
function isSwitched(resource: Resource): boolean {
  const { document, root } = resource;
  if (document.masks.length === 0) return false;
  const versions = entriesOf(root).filter(({ key }) => key.source === "apiVersion");
  const [version] = versions;
  if (versions.length !== 1 || version === undefined) return true;
  return document.masks.some(
    (mask) =>
      mask.kind === "structure" &&
      mask.start < version.key.range.start &&
      !isHarmless(document.text.slice(mask.start, mask.end)),
  );
}

/** A comment, a variable, or a switch that is called enabled or the like. */
function isHarmless(action: string): boolean {
  const body = action.slice(2, -2).replace(/^-|-$/g, "").trim();
  return (
    body.startsWith("/*") ||
    /^\$\w+\s*:?=/.test(body) ||
    /^if\s+(?:\.|\$\.)?Values(?:\.\w+)*\.(?:enabled?|create|install|deploy)$/.test(body)
  );
}
