/** An application as teams write them: a workload with probes, a budget, an autoscaler, a Service, routes. */
export function application(i: number): string {
  const name = `${NAMES[i % NAMES.length]}-${i}`;
  return [
    deployment(name, i),
    service(name),
    ...(i % 2 === 0 ? [budget(name), autoscaler(name)] : []),
    ...(i % 4 === 0 ? [routes(name)] : []),
  ].join("---\n");
}

/** One Deployment of some 60 lines. */
export function deployment(name: string, i: number): string {
  return `# ${name}: owned by team-${i % 17}; the numbers come from the load test.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: team-${i % 17}
  labels:
    app.kubernetes.io/name: ${name}
    app.kubernetes.io/part-of: shop
spec:
  replicas: ${(i % 5) + 1}
  selector:
    matchLabels:
      app.kubernetes.io/name: ${name}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: ${name}
        app.kubernetes.io/part-of: shop
        version: v1
      annotations:
        prometheus.io/scrape: "true"
    spec:
      serviceAccountName: ${name}
      securityContext:
        runAsNonRoot: true
        runAsUser: 1000
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              app.kubernetes.io/name: ${name}
      containers:
        - name: server
          image: registry.example.com/shop/${name}:1.${i % 30}.0
          ports:
            - name: http
              containerPort: 8080
          env:
            - name: DATABASE_URL
              valueFrom:
                secretKeyRef:
                  name: ${name}-database
                  key: url
            - name: LOG_LEVEL
              value: "info"
${i % 3 === 0 ? "" : "          readinessProbe:\n            httpGet:\n              path: /ready\n              port: http\n            periodSeconds: 5\n"}          livenessProbe:
            httpGet:
              path: /healthz
              port: http
            failureThreshold: 6
          resources:
            requests:
              cpu: 100m
              memory: 128Mi
            limits:
              memory: 256Mi
`;
}

function service(name: string): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  selector:
    app.kubernetes.io/name: ${name}
  ports:
    - name: http
      port: 80
      targetPort: http
`;
}

function budget(name: string): string {
  return `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: ${name}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      app.kubernetes.io/name: ${name}
`;
}

function autoscaler(name: string): string {
  return `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: ${name}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: ${name}
  minReplicas: 2
  maxReplicas: 10
`;
}

function routes(name: string): string {
  return `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: ${name}
spec:
  hosts: [${name}]
  http:
    - match:
        - uri:
            prefix: /beta
      route:
        - destination: { host: ${name}, subset: v2 }
    - route:
        - destination: { host: ${name}, subset: v1 }
          weight: 90
        - destination: { host: ${name}, subset: v2 }
          weight: 10
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: ${name}
spec:
  host: ${name}
  subsets:
    - name: v1
      labels: { version: v1 }
    - name: v2
      labels: { version: v2 }
`;
}

/** What lies beside applications and no rule reads: definitions of resources, dashboards, roles. */
export function bystander(i: number): string {
  const name = `${NAMES[i % NAMES.length]}-${i}`;
  if (i % 3 === 0) return definition(name, 40);
  if (i % 3 === 1) {
    const dashboard = Array.from(
      { length: 60 },
      (_, n) => `    {"id": ${n}, "title": "Panel ${n} of ${name}", "type": "graph"},`,
    );
    return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  dashboard.json: |\n${dashboard.join("\n")}\n`;
  }
  return `apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  name: ${name}\nrules:\n${`  - apiGroups: ["apps"]\n    resources: [deployments, statefulsets]\n    verbs: [get, list, watch]\n`.repeat(12)}`;
}

function definition(name: string, fields: number): string {
  const properties = Array.from(
    { length: fields },
    (_, n) =>
      `              field${n}:\n                type: string\n                description: >-\n                  What the field number ${n} of ${name} is for, in a sentence\n                  that is long enough to be wrapped over two lines.\n`,
  );
  return `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: ${name}.example.com
spec:
  group: example.com
  scope: Namespaced
  names: { kind: Example, plural: ${name} }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
${properties.map((property) => property.replace(/^/gm, "    ").trimEnd()).join("\n")}
`;
}

const NAMES = [
  "cart",
  "checkout",
  "payment",
  "search",
  "catalogue",
  "shipping",
  "invoice",
  "mail",
  "gateway",
  "profile",
];
