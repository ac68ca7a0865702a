import assert from "node:assert/strict";
import { render } from "../model/message.ts";
import { createSchemaService } from "../schema/service.ts";
import type { SchemaDocument, SchemaService } from "../schema/types.ts";

/** A service whose failures fail the test. */
export function newService(): SchemaService {
  return createSchemaService({ onError: (error) => assert.fail(String(error)) });
}

/** One for the tests of a file: the schemas it has loaded stay. */
export const service = newService();

/** The document with its type as its first lines say, as the model would give it. */
export function documentOf(text: string, others: Partial<SchemaDocument> = {}): SchemaDocument {
  const written = (field: string) => new RegExp(`^${field}: *(\\S+)`, "m").exec(text)?.[1];
  return { text, apiVersion: written("apiVersion"), kind: written("kind"), ...others };
}

/** One line per finding: `code severity "text": message`. */
export async function findings(document: SchemaDocument, by: SchemaService = service): Promise<string[]> {
  return (await by.validate(document)).map(
    ({ code, severity, range, message }) =>
      `${code} ${severity} ${JSON.stringify(document.text.slice(range.start, range.end))}: ${render(message)}`,
  );
}

/** A correct one, with what is easily taken for a mistake. */
export const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  creationTimestamp: null
spec:
  replicas: 3
  selector: &labels
    matchLabels: {app: web}
  strategy:
    rollingUpdate: {maxSurge: 25%, maxUnavailable: 1}
  template:
    metadata:
      labels: {app: web}
    spec:
      hostNetwork: yes
      containers:
        - name: web
          image: example.org/web
          resources:
            requests: {cpu: 1, memory: 64Mi}
          livenessProbe:
            httpGet: {path: /, port: http}
          command:
status: {}
`;

/** Manifests without a mistake, by kind. */
export const GOOD = {
  Deployment: DEPLOYMENT,
  PodDisruptionBudget: `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec:
  minAvailable: 50%
  selector: {}
`,
  StatefulSet: `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: example.org/db}]}
  volumeClaimTemplates:
    - metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`,
  VirtualService: `apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: web}
spec:
  hosts: [web]
  http:
    - match: [{headers: {end-user: {exact: jason}, x-present: {}}}]
      timeout: 5s
      route:
        - destination: {host: web, subset: v2, port: {number: 80}}
          weight: 100
`,
  HTTPRoute: `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  parentRefs: [{name: gateway}]
  hostnames: ["*.example.org"]
  rules:
    - backendRefs: [{name: web-v1, port: 80, weight: 90}, {name: web-v2, port: 80, weight: 10}]
`,
  Rollout: `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: example.org/web}]}
  strategy:
    canary:
      steps: [{setWeight: 10}, {pause: {duration: 1h}}, {pause: {duration: 60}}, {plugin: {name: x, config: {a: 1}}}]
`,
};
