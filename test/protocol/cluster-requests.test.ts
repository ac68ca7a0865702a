import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type AcceptBlockParams,
  METHODS,
  type PreviewShiftParams,
} from "../../server/src/server/protocol.ts";
import { TestClient } from "./client.ts";
import { TestFolder } from "./folder.ts";

const ACCEPT: AcceptBlockParams = { shift: "of another server", accept: "gitops", seen: [] };
const PREVIEW: PreviewShiftParams = {
  members: [
    {
      context: undefined,
      target: { kind: "VirtualService", namespace: "shop", name: "app" },
      change: { kind: "weights", route: undefined, to: [{ leg: "app/v2", weight: 100 }], steps: undefined },
    },
  ],
  emergency: false,
};

for (const [trusted, what] of [
  [false, "are refused in a workspace that is not trusted"],
  [true, "say what is missing before a cluster is connected"],
] as const)
  test(`requests about shifts ${what}`, async (context) => {
    const { path: folder } = new TestFolder(context);
    const client = await TestClient.start({
      folder,
      initializationOptions: { trusted },
      env: { NINES_STATE_DIR: folder },
    });
    context.after(() => client.stop());
    const refusal = async (method: string, params: object) => {
      const answer = client.connection.sendRequest(method, params);
      return await answer.then(
        () => "",
        ({ message }: Error) => message,
      );
    };
    const about = (reason: RegExp) => (trusted ? reason : /not trusted/);
    assert.match(await refusal(METHODS.acceptBlock, ACCEPT), about(/is not carried out here any more/));
    assert.match(await refusal(METHODS.previewShift, PREVIEW), about(/No cluster is connected/));
    // There is nothing to be read again, and nobody is asked.
    assert.equal(await client.connection.sendRequest(METHODS.refreshCluster), null);
  });
