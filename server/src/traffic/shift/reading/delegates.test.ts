import assert from "node:assert/strict";
import { test } from "node:test";
import { render } from "../../../model/message.ts";
import { make, reaches, requestOf, ShiftWorld } from "../../../testing/shift-world.ts";
import { failure, type KubeObject } from "../cluster.ts";
import type { Check } from "../gates/check.ts";
import { Shift } from "../shift.ts";

const route = (name: string, spec: object, namespace = "shop"): KubeObject => {
  const object = make("networking.istio.io/v1", "VirtualService", name, { spec });
  return { ...object, metadata: { ...object.metadata, namespace } };
};
const root = (name: string, delegates: readonly object[], spec: object = {}) =>
  route(name, {
    hosts: ["shop.example.com"],
    gateways: ["edge/public"],
    http: delegates.map((delegate) => ({ match: [{ uri: { prefix: "/" } }], delegate })),
    ...spec,
  });

/** The fixture's VirtualService without hosts: its route is reached through a root. */
function world(more: readonly KubeObject[]): ShiftWorld {
  const made = new ShiftWorld({}, more);
  made.cluster.change("VirtualService", "app", (object) => ({
    ...object,
    spec: { ...(object.spec as object), hosts: [] },
  }));
  return made;
}

function ofRoot(made: ShiftWorld, name = "edge"): Shift {
  const request = requestOf([100]);
  const intents = request.intents.map((intent) => ({ ...intent, ref: { ...intent.ref, name } }));
  return new Shift({ ...request, intents }, made.deps());
}

async function read(shift: Shift, ...phases: Parameters<typeof reaches>[1][]): Promise<Shift> {
  await shift.dispatch({ type: "start" });
  await reaches(shift, ...(phases.length > 0 ? phases : (["previewed", "blocked"] as const)));
  await shift.dispose();
  return shift;
}

const rivals = (shift: Shift): Check | undefined =>
  shift.view.members[0]?.checks.find(({ id }) => id === "rivals");

test("the route of a root stands in its delegate, which is written and put back", async () => {
  const made = world([root("edge", [{ name: "app" }])]);
  const before = made.cluster.object("VirtualService", "app").spec;
  const shift = ofRoot(made);
  await shift.dispatch({ type: "start" });
  await reaches(shift, "previewed");
  const [member] = shift.view.members;
  assert.equal(member?.name, "app");
  assert.match(
    rivals(shift)
      ?.evidence.map((one) => render(one))
      .join() ?? "",
    /shop\/edge/,
  );
  assert.equal(rivals(shift)?.level, "pass");
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "soaking");
  assert.deepEqual(made.weights, [0, 100]);
  const { journal } = made.journals;
  assert.ok(journal);
  await shift.dispose();
  const again = Shift.resume(journal, made.deps());
  assert.equal(again.view.members[0]?.name, "app");
  await again.dispatch({ type: "abort" });
  await reaches(again, "rolledBack");
  assert.deepEqual(made.cluster.object("VirtualService", "app").spec, before);
});

test("others on the hosts of a delegate's roots are its rivals, the roots are not", async () => {
  const made = world([
    root("edge", [{ name: "app", namespace: "shop" }]),
    route("late", { hosts: ["shop.example.com"], gateways: ["edge/public"] }, "sales"),
    route("inside", { hosts: ["shop.example.com"], gateways: ["mesh"] }, "sales"),
    route("hidden", { hosts: ["shop.example.com"], gateways: ["edge/public"], exportTo: ["."] }, "sales"),
  ]);
  const shift = await read(made.promotion([100]));
  assert.equal(rivals(shift)?.level, "warn");
  assert.equal(rivals(shift)?.message.values.names, "sales/late");
});

test("a VirtualService that nobody reaches is said to be one", async () => {
  const shift = await read(world([root("edge", [{ name: "other" }])]).promotion([100]));
  assert.equal(rivals(shift)?.level, "warn");
  assert.match(rivals(shift)?.message.text ?? "", /no VirtualService delegates to it/);
});

test("two delegates with such a route: the person has to say which", async () => {
  const made = world([]);
  const app = made.cluster.object("VirtualService", "app");
  made.cluster.put({ ...app, metadata: { ...app.metadata, name: "app-b" } });
  made.cluster.put(root("edge", [{ name: "app" }, { name: "app-b" }, { name: "gone" }]));
  const shift = await read(ofRoot(made));
  assert.equal(shift.view.phase, "blocked");
  assert.equal(shift.view.members[0]?.checks[0]?.message.values.names, "shop/app, shop/app-b");
});

test("a delegate that may not be read is not passed over", async () => {
  const made = world([root("edge", [{ name: "app" }])]);
  let reads = 0;
  made.cluster.intercept = (request) =>
    request === "get VirtualService" && ++reads > 1 ? failure("forbidden", "no").failure : undefined;
  const shift = await read(ofRoot(made));
  assert.equal(shift.view.phase, "blocked");
  assert.match(
    render(shift.view.members[0]?.checks[0]?.message ?? { text: "", values: {} }),
    /no permission/,
  );
});

test("hosts within a wildcard are said to go their own way", async () => {
  const made = new ShiftWorld({}, [route("exact", { hosts: ["pay.example.com"], gateways: ["shop/edge"] })]);
  made.cluster.change("VirtualService", "app", (object) => ({
    ...object,
    spec: { ...(object.spec as object), hosts: ["*.example.com"], gateways: ["shop/edge"] },
  }));
  const shift = await read(made.promotion([100]));
  assert.equal(rivals(shift)?.level, "pass");
  assert.match(
    rivals(shift)
      ?.evidence.map((one) => render(one))
      .join() ?? "",
    /shop\/exact have hosts within/,
  );
});
