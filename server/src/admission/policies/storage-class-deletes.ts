import type { AdmissionPolicy } from "../policy.ts";

export default {
  ruleId: "storage-class-deletes",
  targets: [{ group: "storage.k8s.io", versions: ["v1"], resources: ["storageclasses"] }],
  judged: ["?reclaimPolicy"],
  body: () => ({
    complaints: [
      {
        when: `object.provisioner != "kubernetes.io/no-provisioner" && object.?reclaimPolicy.orValue("Delete") == "Delete"`,
        message:
          "With reclaimPolicy: Delete, whoever deletes a claim of StorageClass {name} or its namespace deletes the data at once. Use Retain for data that must survive a mistake.",
        values: { name: `object.metadata.?name.orValue("")` },
      },
    ],
  }),
} satisfies AdmissionPolicy;
