import assert from "node:assert/strict";
import { test } from "node:test";
import { render } from "../../model/message.ts";
import { reaches, requestOf, ShiftWorld } from "../../testing/shift-world.ts";
import { failure } from "./cluster.ts";
import { Shift } from "./shift.ts";

/** Two sites of one city, and a shift that promotes v2 first in the one, then in the other. */
function sites() {
  const a = new ShiftWorld();
  const b = new ShiftWorld();
  const order: string[] = [];
  a.cluster.afterWrite = () => order.push(`a ${a.weights.join("/")}`);
  b.cluster.afterWrite = () => order.push(`b ${b.weights.join("/")}`);
  const connection = ({ cluster, metrics }: ShiftWorld) => ({ cluster, metrics, production: false });
  const { intents } = requestOf([100]);
  const request = {
    ...requestOf([100]),
    intents: ["a", "b"].flatMap((context) => intents.map((intent) => ({ ...intent, context }))),
  };
  const deps = {
    ...a.deps(),
    connections: new Map([
      ["a", connection(a)],
      ["b", connection(b)],
    ]),
  };
  return { a, b, order, shift: new Shift(request, deps) };
}

test("steps across two contexts are made in their order and undone in the opposite one", async () => {
  const { order, shift } = sites();
  await shift.dispatch({ type: "start" });
  await reaches(shift, "previewed");
  assert.deepEqual(
    shift.view.members.map(({ context, patch }) => [context, patch[0]?.op]),
    [
      ["a", "replace"],
      ["b", "replace"],
    ],
  );
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "completed");
  await shift.dispatch({ type: "abort" });
  await reaches(shift, "rolledBack");
  assert.deepEqual(order, ["a 0/100", "b 0/100", "b 95/5", "a 95/5"]);
});

test("what fails in the second context takes the first one back too", async () => {
  const { a, b, order, shift } = sites();
  await shift.dispatch({ type: "start" });
  await reaches(shift, "previewed");
  b.cluster.afterWrite = () => {
    order.push(`b ${b.weights.join("/")}`);
    b.metrics.traffic = { v1: { rate: 0 }, v2: { rate: 100, failing: 0.5 } };
  };
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "rolledBack");
  assert.deepEqual(order, ["a 0/100", "b 0/100", "b 95/5", "a 95/5"]);
  assert.deepEqual(
    [a.weights, b.weights],
    [
      [95, 5],
      [95, 5],
    ],
  );
});

test("a context that is gone leaves the way back of each to a person, and says which", async () => {
  const { a, b, shift } = sites();
  await shift.dispatch({ type: "start" });
  await reaches(shift, "previewed");
  await shift.dispatch({ type: "confirm" });
  await reaches(shift, "completed");
  b.cluster.intercept = () => failure("unreachable", "connect ECONNREFUSED").failure;
  await shift.dispatch({ type: "abort" });
  await reaches(shift, "manualIntervention");
  const commands = shift.view.manual;
  assert.equal(commands.length, 2);
  assert.match(commands[0] ?? "", /--context=b /);
  assert.match(commands[1] ?? "", /--context=a /);
  assert.match(render(shift.view.status), /did not answer/);
  assert.deepEqual(a.weights, [0, 100], "the order of the way back is kept");
});
