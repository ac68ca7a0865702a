import assert from "node:assert/strict";
import { test } from "node:test";
import { mayHold } from "./scan.ts";

const KINDS = new Set(["Deployment", "policy/v1beta1/PodDisruptionBudget", "v1/Pod"]);
const holds = (text: string) => mayHold(text, KINDS);

test("a kind is told by its first lines, whatever the order and quotes", () => {
  assert.ok(holds("apiVersion: apps/v1\nkind: Deployment\n"));
  assert.ok(holds("kind: 'Deployment'\napiVersion: x\n"));
  assert.ok(!holds("apiVersion: v1\nkind: ConfigMap\ndata:\n  kind: Deployment\n"));
  assert.ok(holds("apiVersion: v1\nkind: List\nitems: []\n"));
});

test("where one version is asked for, others are not parsed", () => {
  assert.ok(holds("apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\n"));
  assert.ok(!holds("apiVersion: policy/v1\nkind: PodDisruptionBudget\n"));
  assert.ok(holds("apiVersion: v1\nkind: Pod\n"));
});

test("flow style is looked through for any of its kinds", () => {
  assert.ok(holds('{"apiVersion": "policy/v1beta1", "kind": "PodDisruptionBudget"}'));
  assert.ok(!holds('{"apiVersion": "policy/v1", "kind": "PodDisruptionBudget"}'));
  assert.ok(holds("# c\n---\n{spec: {kind: Deployment}}"));
});
