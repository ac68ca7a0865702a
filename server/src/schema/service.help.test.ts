import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DEPLOYMENT, documentOf, GOOD, service } from "../testing/schema-service.ts";

describe("hover", () => {
  test("explains the field under the cursor", async () => {
    const offset = DEPLOYMENT.indexOf("replicas") + 3;
    const hover = await service.hover(documentOf(DEPLOYMENT), offset);
    assert.match(hover?.markdown ?? "", /^Number of desired pods\./);
    assert.equal(DEPLOYMENT.slice(hover?.range.start, hover?.range.end), "replicas");
  });

  test("lists accepted values", async () => {
    const text = GOOD.PodDisruptionBudget.replace(
      "minAvailable: 50%",
      "unhealthyPodEvictionPolicy: AlwaysAllow",
    );
    const hover = await service.hover(documentOf(text), text.indexOf("AlwaysAllow"));
    assert.match(hover?.markdown ?? "", /\* `IfHealthyBudget`/);
  });

  test("has nothing to say about unknown kinds", async () => {
    assert.equal(
      await service.hover(documentOf("apiVersion: example.org/v1\nkind: X\nspec: 1\n"), 35),
      undefined,
    );
  });
});

describe("complete", () => {
  /** Labels at the `|` of a text, and the text after accepting the first with the given label. */
  async function complete(
    marked: string,
    accept = "",
  ): Promise<{ labels: string[]; accepted: string | undefined }> {
    const offset = marked.indexOf("|");
    const document = documentOf(marked.replace("|", ""));
    const items = await service.complete(document, offset);
    const item = items.find((each) => each.label === accept);
    return {
      labels: items.map((each) => each.label),
      accepted:
        item &&
        `${document.text.slice(0, item.range.start)}${item.insertText}${document.text.slice(item.range.end)}`,
    };
  }

  test("fields that are not there yet", async () => {
    const { labels } = await complete(
      "apiVersion: policy/v1\nkind: PodDisruptionBudget\nspec:\n  minAvailable: 1\n  |\n",
    );
    assert.deepEqual(labels.sort(), ["maxUnavailable", "selector", "unhealthyPodEvictionPolicy"]);
  });

  test("a field that is being typed between others", async () => {
    const marked = DEPLOYMENT.replace("replicas: 3", "min|");
    const { labels, accepted } = await complete(marked, "minReadySeconds");
    assert.ok(labels.includes("replicas"));
    assert.equal(accepted, DEPLOYMENT.replace("replicas: 3", `minReadySeconds: \${1:0}`));
  });

  test("fields of a list's item, with what they require", async () => {
    const { labels, accepted } = await complete(
      "apiVersion: networking.istio.io/v1\nkind: VirtualService\nspec:\n  http:\n  - route:\n    - |\n",
      "destination",
    );
    assert.deepEqual(labels.sort(), ["destination", "headers", "weight"]);
    assert.match(accepted ?? "", /- destination:\n +host: /);
  });

  test("accepted values", async () => {
    const { labels } = await complete(DEPLOYMENT.replace("rollingUpdate:", "type: |\n    rollingUpdate:"));
    assert.deepEqual(labels.sort(), ["Recreate", "RollingUpdate"]);
  });

  test("the kinds of an apiVersion, and the versions of a kind", async () => {
    const kinds = await complete("apiVersion: argoproj.io/v1alpha1\nkind: R|\n", "Rollout");
    assert.ok(kinds.labels.includes("Rollout") && !kinds.labels.includes("Deployment"));
    assert.equal(kinds.accepted, "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\n");
    const versions = await complete("apiVersion: |\nkind: HorizontalPodAutoscaler\n");
    assert.deepEqual(versions.labels, ["autoscaling/v1", "autoscaling/v2"]);
  });

  test("the beginning of a document", async () => {
    const { labels, accepted } = await complete("|", "PodDisruptionBudget");
    assert.ok(labels.includes("apiVersion") && labels.includes("kind"));
    assert.match(accepted ?? "", /^apiVersion: policy\/v1\nkind: PodDisruptionBudget\nmetadata:\n/);
  });
});
