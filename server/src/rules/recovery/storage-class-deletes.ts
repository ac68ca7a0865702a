import { setIn } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { field, stringOf, valueOr } from "../../model/node.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "storage-class-deletes",
  title: "Deleting a claim deletes its data",
  severity: "info",
  appliesTo: ["storage.k8s.io/*/StorageClass"],
  docs: {
    why: "Volumes of a class with `reclaimPolicy: Delete`, which is the default, are removed from the storage as soon as their claim is deleted: a deleted namespace, a wrong prune of a GitOps tool or an uninstalled chart takes the data with it at once, and what is left is the last backup.",
    how: "Use `reclaimPolicy: Retain` for data that must survive a mistake, and remove released volumes by hand. The field cannot be changed: make a class of another name, or delete and create it again; volumes that exist keep their policy until `kubectl patch pv` changes it.",
    sources: [
      "https://kubernetes.io/docs/concepts/storage/storage-classes/#reclaim-policy",
      "https://kubernetes.io/docs/tasks/administer-cluster/change-pv-reclaim-policy/",
    ],
  },
  check(storageClass, context) {
    const provisioner = stringOf(storageClass.get("provisioner"));
    // Volumes without a provisioner are made by hand and bring their own policy.
    if (provisioner === undefined || provisioner === "kubernetes.io/no-provisioner") return;
    const policy = field(storageClass.get("reclaimPolicy"), stringOf);
    if (valueOr(policy, "Delete") !== "Delete") return;
    if (context.snapshot.layout.isPatched(storageClass, "reclaimPolicy")) return;
    context.report(
      storageClass.at("reclaimPolicy"),
      policy.state === "absent"
        ? t(
            "StorageClass {name} states no reclaimPolicy, and Delete is the default: whoever deletes a claim or its namespace deletes the data at once. Use Retain for data that must survive a mistake.",
            { name: storageClass.name ?? "" },
          )
        : t(
            "With reclaimPolicy: Delete, whoever deletes a claim of StorageClass {name} or its namespace deletes the data at once. Use Retain for data that must survive a mistake.",
            { name: storageClass.name ?? "" },
          ),
      undefined,
    );
  },
  fixes: [
    {
      id: "retain-volumes",
      title: () => t("Retain volumes when their claims are deleted"),
      preferred: false,
      needsConfirmation: true,
      edits: (_, { document, root }) =>
        setIn(document, root, ["reclaimPolicy"], "Retain", { after: ["provisioner"] }),
    },
  ],
});
