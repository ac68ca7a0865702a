import assert from "node:assert/strict";
import { test } from "node:test";
import { SourceFile } from "./document.ts";

const KINDS = new Set(["vmware_cluster_ha", "cluster_ha"]);
const tasksOf = (text: string, kinds: ReadonlySet<string> = KINDS) =>
  new SourceFile("file:///w/site.yml", text, kinds).documents.flatMap((document) =>
    document.resources.map(({ apiVersion, kind, name }) => `${apiVersion} ${kind} ${name}`),
  );

test("tasks are found in plays, blocks, handlers and the task files of roles", () => {
  const found = tasksOf(`
- hosts: all
  pre_tasks:
    - name: pre
      vmware.vmware.cluster_ha: {cluster: a}
  tasks:
    - name: outer
      block:
        - block:
            - {name: inner, community.vmware.vmware_cluster_ha: {cluster_name: b}}
      rescue:
        - {name: rescue, vmware_cluster_ha: {cluster_name: c}}
      always:
        - {name: always, cluster_ha: {cluster: d}}
  handlers:
    - {name: handler, vmware.vmware.cluster_ha: {}}
---
- name: of a role
  vmware.vmware.cluster_ha:
    cluster: "{{ cluster }}"
`);
  assert.deepEqual(found, [
    "ansible/vmware.vmware cluster_ha pre",
    "ansible/community.vmware vmware_cluster_ha inner",
    "ansible/community.vmware vmware_cluster_ha rescue",
    "ansible/vmware.vmware cluster_ha always",
    "ansible/vmware.vmware cluster_ha handler",
    "ansible/vmware.vmware cluster_ha of a role",
  ]);
});

test("what only looks like such a task is none", () => {
  assert.deepEqual(tasksOf("- {name: other, cluster_ha: true}"), []);
  assert.deepEqual(tasksOf("cluster_ha: {cluster: a}"), [], "values of a chart");
  assert.deepEqual(tasksOf("- {name: a, vars: {cluster_ha: {cluster: a}}}"), []);
  assert.deepEqual(tasksOf("- {name: a, my.own.cluster_ha: {cluster: a}}"), []);
  assert.deepEqual(tasksOf("- cluster_ha\n- [cluster_ha]\n- ? [cluster_ha]\n  : 1\n"), []);
});

test("nothing is parsed when no rule reads such tasks", () => {
  const file = new SourceFile("file:///w/site.yml", "- vmware.vmware.cluster_ha: {}\n", new Set(["Service"]));
  assert.equal(file.documents[0]?.parsed, undefined);
});
