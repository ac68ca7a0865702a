import { rmSync } from "node:fs";
import { join } from "node:path";
import type { AvailabilityBundle, AvailabilityChange } from "../../server/src/server/protocol.ts";
import { METHODS } from "../../server/src/server/protocol.ts";
import { quantile, workOf } from "./run.ts";
import { SERVER } from "./server.ts";
import { type Measured, ms } from "./table.ts";
import { workspaceFiles, writeFiles } from "./tree.ts";

const EDITS = 20;
const PULLS = 200;

/** The Availability view over 10,000 resources: first asked for, opened, and after edits, while the server stays heard. */
export async function measureAvailability(): Promise<Measured> {
  process.env.NINES_SERVER ??= SERVER;
  const { TestClient, fileUri } = await import("../protocol/client.ts");
  const files = workspaceFiles();
  const folder = writeFiles(files);
  let told: (change: AvailabilityChange) => void = () => undefined;
  const client = await TestClient.start({
    folder,
    prepare: (connection) => connection.onNotification(METHODS.availabilityChanged, (change) => told(change)),
  });
  const { connection } = client;
  // No autoscaler decides its replicas.
  const path = "apps/team-0/app-17.yaml";
  const uri = fileUri(join(folder, path));
  const text = files.get(path) ?? "";
  await client.open(uri, text);
  await client.pull(uri);
  // Answered once every file is in; computes nothing, because the file is none of them.
  await connection.sendRequest(METHODS.availabilityPath, {
    uri: `${uri}.none`,
    position: { line: 0, character: 0 },
  });
  const idle: number[] = [];
  for (let i = 0; i < PULLS; i++) idle.push(await timed(() => client.pull(uri)));
  const busy: number[] = [];
  let isAsking = true;
  // A pull as after a key press, again and again, while the view is computed for the first time.
  const asking = (async () => {
    while (isAsking) busy.push(await timed(() => client.pull(uri)));
  })();
  const first = await timed(() => connection.sendRequest(METHODS.availability));
  isAsking = false;
  await asking;
  const again = await timed(() => connection.sendRequest(METHODS.availability));
  const bundles = await connection.sendRequest<AvailabilityBundle[]>(METHODS.availability);
  const opened = await timed(() =>
    connection.sendRequest(METHODS.availabilityWorkloads, { bundle: bundles[0]?.id }),
  );
  const work: number[] = [];
  for (let edit = 0; edit < EDITS; edit++) {
    const changed = new Promise<AvailabilityChange>((resolve) => {
      told = resolve;
    });
    const before = workOf(client.process.pid) ?? Number.NaN;
    await client.change(uri, text.replace(/replicas: \d+/, `replicas: ${edit + 10}`));
    await changed;
    work.push((workOf(client.process.pid) ?? Number.NaN) - before);
    await connection.sendRequest(METHODS.availabilityWorkloads, { bundle: bundles[0]?.id });
  }
  await client.stop();
  rmSync(folder, { recursive: true });
  const workloads = bundles.reduce((sum, bundle) => sum + bundle.workloads, 0);
  return {
    rows: [
      {
        what: "bundles asked for, nothing computed yet",
        value: ms(first),
        note: `${workloads} workloads in ${bundles.length} bundles, findings of all files included`,
      },
      {
        what: "  a pull meanwhile, p95",
        value: ms(quantile(busy, 0.95)),
        note: `${busy.length} pulls; ${ms(quantile(idle, 0.95))} when nothing else is done`,
      },
      { what: "bundles asked for again", value: ms(again) },
      { what: "workloads of a bundle", value: ms(opened), note: `${bundles[0]?.workloads} workloads` },
      { what: "server work after an edit, p50", value: ms(quantile(work, 0.5)), note: "in slices of 8 ms" },
    ],
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
