/** A budget of an API version that is gone: what a base may hold, and no overlay must leave as it is. */
export const OLD_BUDGET = `apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: web } } }
`;

/** An overlay of `../base` that writes the version which is served. */
export const SERVED_OVERLAY = `resources: [../base]
patches:
  - target: { kind: PodDisruptionBudget }
    patch: |-
      - { op: replace, path: /apiVersion, value: policy/v1 }
`;
