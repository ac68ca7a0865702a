import { t } from "../../model/message.ts";
import { booleanOf, itemsOf, nodeAt, stringOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { actionsOf, K10_POLICY } from "../../recovery/protection.ts";
import { defineRule } from "../rule.ts";

const PRESET = "config.kio.kasten.io/PolicyPreset";

export default defineRule({
  id: "k10-export-missing",
  title: "Kasten K10 takes snapshots, but no backup",
  severity: "error",
  appliesTo: [K10_POLICY.replace("/", "/*/"), PRESET.replace("/", "/*/")],
  docs: {
    why: "The action `backup` of a K10 policy takes snapshots on the storage of the volumes, and its catalogue stays in the cluster. Snapshots are not a backup: what destroys the storage, the cluster or its namespace destroys them too. Only `export` copies the data to a location profile elsewhere.",
    how: "Add an action `export` with a location profile and `exportData.enabled: true`, or a preset that has one. A policy with a preset is judged where the preset is.",
    sources: ["https://docs.kasten.io/latest/api/policies/", "https://docs.kasten.io/latest/usage/protect/"],
  },
  check(resource, context) {
    if (resource.type === PRESET) {
      if (resource.get("spec.backup") === undefined || resource.get("spec.export") !== undefined) return;
      if (context.snapshot.layout.isPatched(resource, "spec.export")) return;
      context.report(
        resource.at("spec.backup"),
        t(
          "Policies with preset {name} take snapshots and export none: they are lost with the storage or the cluster they are in. Add an export to a location elsewhere.",
          { name: resource.name ?? "" },
        ),
        undefined,
      );
      return;
    }
    const actions = actionsOf(resource);
    if (!actions.includes("backup") || actions.includes("?") || resource.get("spec.presetRef") !== undefined)
      return;
    if (context.snapshot.layout.isPatched(resource, "spec.actions")) return;
    const isExported = actions.includes("export");
    if (isExported && movesData(resource)) return;
    context.report(
      resource.at("spec.actions"),
      isExported
        ? t(
            "Policy {name} exports the description of its snapshots, but exportData is off: the data stays on the storage of the volumes and is lost with it. Set exportData.enabled: true.",
            { name: resource.name ?? "" },
          )
        : t(
            "Policy {name} takes snapshots and exports none: they are lost with the storage or the cluster they are in. Add an action “export” to a location elsewhere.",
            { name: resource.name ?? "" },
          ),
      undefined,
    );
  },
});

/** Whether an export takes the data along: where nothing is said, nobody here knows. */
function movesData(policy: Resource): boolean {
  return itemsOf(policy.get("spec.actions")).some(
    (action) =>
      stringOf(nodeAt(action, "action")) === "export" &&
      booleanOf(nodeAt(action, "exportParameters.exportData.enabled")) !== false,
  );
}
