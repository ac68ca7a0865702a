import { replaceText } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { entryOf } from "../../model/node.ts";
import { defineRule } from "../rule.ts";

/**
 * Kinds of which Istio has served v1 with the same fields since 1.22 (istio.io/api kubernetes/customresourcedefinitions.gen.yaml).
 * EnvoyFilter (v1alpha3), ProxyConfig (v1beta1) and WasmPlugin (v1alpha1) have no v1.
 */
const SERVED_AS_V1 = [
  "networking.istio.io/*/DestinationRule",
  "networking.istio.io/*/Gateway",
  "networking.istio.io/*/ServiceEntry",
  "networking.istio.io/*/Sidecar",
  "networking.istio.io/*/VirtualService",
  "networking.istio.io/*/WorkloadEntry",
  "networking.istio.io/*/WorkloadGroup",
  "security.istio.io/*/AuthorizationPolicy",
  "security.istio.io/*/PeerAuthentication",
  "security.istio.io/*/RequestAuthentication",
  "telemetry.istio.io/*/Telemetry",
];

export default defineRule({
  id: "istio-api-old",
  title: "Old version of an Istio API",
  severity: "info",
  appliesTo: SERVED_AS_V1,
  docs: {
    why: "Since Istio 1.22 these kinds are stable and served as `v1`, with the very fields of `v1alpha3` and `v1beta1`. The old versions still work, but new fields and checks come to v1 first, validation differs between tools, and whoever compares the manifest with the live object sees a difference that is none.",
    how: "Write `v1`. A control plane older than 1.22 does not know it. Where a kustomize patch applies to the resource, change both in one go: kustomize finds the target of a patch by its version as well.",
    sources: [
      "https://istio.io/latest/blog/2024/v1-apis/",
      "https://istio.io/latest/news/releases/1.22.x/announcing-1.22/",
      "https://github.com/istio/api/blob/1.28.0/kubernetes/customresourcedefinitions.gen.yaml",
    ],
  },
  check(resource, context) {
    if (!/^v1(?:alpha|beta)\d+$/.test(resource.version)) return;
    context.report(
      resource.at("apiVersion"),
      t("Istio has served {kind} as {now} since 1.22, with the same fields as {old}. Write {now}.", {
        kind: resource.kind,
        old: resource.version,
        now: `${resource.group}/v1`,
      }),
    );
  },
  fixes: [
    {
      id: "use-v1",
      title: () => t("Write v1"),
      // An older control plane refuses it, and no file says which one runs.
      preferred: false,
      edits(_, resource, snapshot) {
        const node = entryOf(resource.root, "apiVersion")?.value;
        if (node === undefined || snapshot.layout.patchesFor(resource).length > 0) return undefined;
        return [replaceText(resource.document, node, `${resource.group}/v1`)];
      },
    },
  ],
});
