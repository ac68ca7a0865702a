import type { Api } from "./api.ts";
import { waitFor } from "./processes.ts";

/** Requests under way at the same time. */
const SIDE_BY_SIDE = 40;

/**
 * Adds Pods of the app's version v1 that no Deployment knows, and waits until they run. They are given their node here:
 * scheduling thousands would take minutes.
 */
export async function addPods(api: Api, namespace: string, count: number): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  let next = 0;
  const work = async () => {
    while (next < count) {
      const number = next;
      next += 1;
      await api.expect("POST", path, pod(number));
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  const last = `${path}?fieldSelector=status.phase%21%3DRunning&limit=1`;
  const allRun = async () => ((await api.expect("GET", last)) as { items: unknown[] }).items.length === 0;
  await waitFor(`The ${count} Pods' running`, allRun, 300_000);
}

function pod(number: number): object {
  const labels = { app: "app", version: "v1", crowd: "true" };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `crowd-${number}`, labels },
    spec: {
      nodeName: `node-${"abc"[number % 3]}`,
      containers: [{ name: "app", image: "registry.example/app:1.0.0", ports: [{ containerPort: 8080 }] }],
    },
  };
}
