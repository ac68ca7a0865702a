/** A budget that allows no eviction: `pdb-blocks-drain` at 14:16, with a safe fix. */
export const BLOCKED = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: web:1 }] }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec:
  minAvailable: 2
  selector: { matchLabels: { app: web } }
`;

const SPLIT = BLOCKED.indexOf("---\n");

/** The Deployment of `BLOCKED` alone. */
export const DEPLOYMENT = BLOCKED.slice(0, SPLIT);

/** The budget of `BLOCKED` alone: `pdb-blocks-drain` when the Deployment is in another file of the folder. */
export const BUDGET = BLOCKED.slice(SPLIT + "---\n".length);
