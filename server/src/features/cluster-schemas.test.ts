import assert from "node:assert/strict";
import { test } from "node:test";
import { SourceFile } from "../model/document.ts";
import type { ProvidedSchema, SchemaService } from "../schema/types.ts";
import { failure, success } from "../traffic/shift/cluster.ts";
import { ClusterSchemas } from "./cluster-schemas.ts";
import type { Session } from "./session.ts";

const META = "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
const settings = { validate: true, completion: true, hover: true };

/** An editor with open texts, and an API server that publishes a kind `Thing` in some groups. */
function world(groups: readonly string[]) {
  const open = new Map<string, SourceFile>();
  const provided = new Map<string, readonly ProvidedSchema[]>();
  const asked: string[] = [];
  const state = { refused: false, edition: 1, told: 0 };
  // Only what is used of a session and of the service.
  const session = {
    openUris: () => [...open.keys()],
    file: (uri: string) => open.get(uri),
    settings: () => settings,
  } as Partial<Session> as Session;
  const service = {
    setSchemas(source: string, schemas: readonly ProvidedSchema[]) {
      if (schemas.length === 0) provided.delete(source);
      else provided.set(source, schemas);
    },
  } as Partial<SchemaService> as SchemaService;
  const published = {
    index: async () =>
      state.refused
        ? failure("forbidden", "no")
        : success(new Map(groups.map((group) => [`apis/${group}/v1`, `/${group}?hash=${state.edition}`]))),
    async document(address: string) {
      asked.push(address);
      const group = /^\/(.+)\?/.exec(address)?.[1] ?? "";
      const schemas = { Thing: { type: "object", properties: { metadata: { $ref: META } } } };
      return success({ kinds: [{ group, version: "v1", kind: "Thing", name: "Thing" }], schemas });
    },
  };
  const cluster = new ClusterSchemas({ session, service, changed: () => state.told++ });
  return {
    state,
    asked,
    types: () => [...provided.values()].flat().map(({ apiVersion }) => apiVersion),
    show: (...names: readonly string[]) => {
      open.clear();
      for (const name of names)
        open.set(name, new SourceFile(name, `apiVersion: ${name}/v1\nkind: Thing\n`, new Set()));
      cluster.documentsChanged();
    },
    connect() {
      cluster.connect("staging", published);
      cluster.refresh();
    },
    refresh: () => cluster.refresh(),
    disconnect: () => cluster.disconnect(),
    settle: () => new Promise((resolve) => setTimeout(resolve, 20)),
  };
}

test("what is in view is read, once, and again only when it changes", async () => {
  const { show, connect, settle, refresh, asked, types, state } = world(["a.org", "b.org"]);
  show("a.org");
  connect();
  await settle();
  assert.deepEqual(types(), ["a.org/v1"]);
  show("a.org", "b.org", "c.org");
  refresh();
  await settle();
  assert.deepEqual(types(), ["a.org/v1", "b.org/v1"]);
  assert.equal(asked.length, 2);
  const { told } = state;
  refresh();
  await settle();
  assert.equal(state.told, told, "nothing is told where nothing changed");
  state.edition = 2;
  refresh();
  await settle();
  assert.equal(asked.length, 4);
});

test("nothing is left after disconnecting, nor of what comes late", async () => {
  const { show, connect, disconnect, settle, types, state } = world(["a.org"]);
  show("a.org");
  connect();
  disconnect();
  await settle();
  assert.deepEqual(types(), []);
  connect();
  await settle();
  assert.equal(types().length, 1);
  const { told } = state;
  disconnect();
  assert.deepEqual(types(), []);
  assert.equal(state.told, told + 1);
});

test("a cluster that does not tell changes nothing", async () => {
  const { show, connect, settle, types, state } = world(["a.org"]);
  state.refused = true;
  show("a.org");
  connect();
  await settle();
  assert.deepEqual(types(), []);
  assert.equal(state.told, 0);
});

test("few are kept of what was in view", async () => {
  const groups = Array.from({ length: 20 }, (_, i) => `g${i}.org`);
  const { show, connect, settle, types } = world(groups);
  connect();
  for (const group of groups) {
    show(group);
    await settle();
  }
  assert.ok(types().length <= 8, String(types().length));
  assert.ok(types().includes("g19.org/v1"));
});
