/** A budget that allows no eviction: one error, which has a preferred fix. */
export function blockingBudget(name: string): string {
  return `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: ${name}
  namespace: prod
spec:
  maxUnavailable: 0 # no risk, please
  selector:
    matchLabels:
      app: ${name}
`;
}

/** A budget with which nothing is wrong. */
export function budget(name: string): string {
  return blockingBudget(name).replace(
    "maxUnavailable: 0 # no risk, please",
    "maxUnavailable: 1 # no risk, please",
  );
}

/** A route with a fault: one warning, no preferred fix. */
export const FAULTY_ROUTE = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: app
  namespace: prod
spec:
  hosts: [app]
  http:
    - fault:
        abort:
          httpStatus: 503
          percentage:
            value: 10
      route:
        - destination:
            host: app
`;

/** A Deployment and its Service in several documents. */
export function deployment(name: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: prod
spec:
  replicas: 3
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
      containers:
        - name: app
          image: registry.example/app:1
          readinessProbe:
            httpGet:
              path: /ready
              port: 8080
`;
}
