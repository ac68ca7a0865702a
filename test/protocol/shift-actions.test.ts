import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type CodeAction,
  CodeActionRequest,
  CodeLensRequest,
  CodeLensResolveRequest,
} from "vscode-languageserver/node";
import { METHODS } from "../../server/src/server/protocol.ts";
import { TestClient } from "./client.ts";

const URI = "untitled:shift.yaml";
const TEXT = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: app, namespace: shop}
spec:
  hosts: [app]
  http:
  - match: [{headers: {x-user: {exact: internal}}}]
    route:
    - destination: {host: app, subset: v2}
  - route:
    - destination: {host: app, subset: v1}
      weight: 95
    - destination: {host: app, subset: v2}
      weight: 5
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: app}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: mail, namespace: shop}
spec:
  hosts: [mail.example.com]
  tcp:
  - route:
    - {destination: {host: mail-a}, weight: 100}
    - {destination: {host: mail-b}, weight: 0}
`;
/** What a command is called with at the weighted route. */
const TARGET = {
  kind: "VirtualService",
  namespace: "shop",
  name: "app",
  uri: URI,
  route: "http[1]",
  destinations: [
    { name: "app/v1", share: 0.95 },
    { name: "app/v2", share: 0.05 },
  ],
};

async function actionsAt(client: TestClient, line: number): Promise<readonly CodeAction[]> {
  const place = { line, character: 0 };
  const answer = await client.connection.sendRequest(CodeActionRequest.type, {
    textDocument: { uri: URI },
    range: { start: place, end: place },
    context: { diagnostics: [], only: ["refactor.shift"] },
  });
  return (answer ?? []) as CodeAction[]; // the server sends no bare commands
}

async function opened(options: object): Promise<TestClient> {
  const client = await TestClient.start({ initializationOptions: options });
  await client.open(URI, TEXT);
  return client;
}

test("a weighted route and a Rollout offer what can be done with them on a cluster", async () => {
  const client = await opened({ trusted: true, shiftsTraffic: true });
  try {
    const atRoute = await actionsAt(client, 9);
    assert.deepEqual(
      atRoute.map(({ command }) => command?.command),
      [
        "nines.previewShift",
        "nines.promoteCanary",
        "nines.switchBlueGreen",
        "nines.failOver",
        "nines.startAbTest",
        "nines.failoverDrill",
        "nines.rollback",
      ],
    );
    assert.deepEqual(atRoute[0]?.command?.arguments, [TARGET]);
    assert.deepEqual(
      (await actionsAt(client, 17)).map(({ command }) => command?.command),
      ["nines.previewShift", "nines.promoteCanary", "nines.rollback"],
    );
    assert.deepEqual(
      (await actionsAt(client, 26)).map(({ command }) => command?.command),
      [
        "nines.previewShift",
        "nines.promoteCanary",
        "nines.switchBlueGreen",
        "nines.failOver",
        "nines.rollback",
      ],
      "connections have no headers, and no fault answers them",
    );
    assert.deepEqual(await actionsAt(client, 7), [], "a single destination has no weights");
    const lenses = await client.connection.sendRequest(CodeLensRequest.type, { textDocument: { uri: URI } });
    const resolved = await Promise.all(
      (lenses ?? []).map((lens) => client.connection.sendRequest(CodeLensResolveRequest.type, lens)),
    );
    const previews = resolved.filter(({ command }) => command?.command === "nines.previewShift");
    assert.deepEqual(
      previews.map(({ range, command }) => [range.start.line, command?.arguments]),
      [
        [9, [TARGET]],
        [
          25,
          [
            {
              ...TARGET,
              name: "mail",
              route: "tcp[0]",
              destinations: [
                { name: "mail-a", share: 1 },
                { name: "mail-b", share: 0 },
              ],
            },
          ],
        ],
      ],
    );
  } finally {
    await client.stop();
  }
});

test("a client without these commands is offered none, and an untrusted workspace reaches no cluster", async () => {
  const client = await opened({ trusted: false });
  try {
    assert.deepEqual(await actionsAt(client, 9), []);
    await assert.rejects(client.connection.sendRequest(METHODS.clusterContexts), /not trusted/);
  } finally {
    await client.stop();
  }
});
