import assert from "node:assert/strict";
import { test } from "node:test";
import { isWritable, moduleOf } from "./ansible.ts";
import { SourceFile } from "./document.ts";
import { booleanOf, entriesOf, stringOf } from "./node.ts";

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

test("arguments are read in every form that Ansible takes", () => {
  const read = (task: string) =>
    new SourceFile("file:///w/site.yml", `- name: t\n${task}`, KINDS).documents.flatMap((document) =>
      document.resources.map(({ root, kind }) => {
        const args = entriesOf(moduleOf(root)?.value).map(({ key, value }) => [
          document.text.slice(key.range.start, key.range.end),
          value.kind === "scalar" && value.unknown
            ? "?"
            : (booleanOf(value) ?? stringOf(value) ?? value.kind),
        ]);
        return [kind, isWritable(root), Object.fromEntries(args)];
      }),
    );
  const off = { cluster: "a b", enable: false };
  for (const task of [
    "  vmware.vmware.cluster_ha: cluster='a b' enable=no\n",
    "  vmware.vmware.cluster_ha: >\n    cluster='a b'\n    enable=no\n",
    "  action: vmware.vmware.cluster_ha cluster='a b' enable=no\n",
    "  local_action: 'vmware.vmware.cluster_ha cluster=\"a b\" enable=no'\n",
    "  vmware.vmware.cluster_ha: {cluster: a b}\n  args: {enable: no, cluster: other}\n",
  ])
    assert.deepEqual(read(task), [["cluster_ha", false, off]], task);
  assert.deepEqual(read("  vmware.vmware.cluster_ha:\n  args: {cluster: a b, enable: no}\n"), [
    ["cluster_ha", true, off],
  ]);
  assert.deepEqual(read("  action: {module: cluster_ha, cluster: a b, enable: no}\n"), [
    ["cluster_ha", true, { module: "cluster_ha", ...off }],
  ]);
  assert.deepEqual(read('  vmware.vmware.cluster_ha: cluster={{ name }} enable="False"\n'), [
    ["cluster_ha", false, { cluster: "?", enable: false }],
  ]);
});

test("what is no list of arguments is not read as one", () => {
  for (const task of [
    "action: vmware.vmware.cluster_ha {{ arguments }}",
    "action: vmware.vmware.cluster_ha_info cluster=a",
    "action: debug msg=cluster_ha",
    "vmware.vmware.cluster_ha: 'it''s=a'",
    "vmware.vmware.cluster_ha: cluster",
  ]) {
    const { documents } = new SourceFile("file:///w/site.yml", `- name: t\n  ${task}\n`, KINDS);
    for (const { root } of documents.flatMap(({ resources }) => resources))
      assert.notEqual(moduleOf(root)?.value.kind, "map", task);
  }
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
