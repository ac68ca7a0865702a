import { setIn, setPath } from "../../fixes/yaml-edit.ts";
import { type Message, t } from "../../model/message.ts";
import { booleanOf, nodeAt, present, stringOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { defineRule } from "../rule.ts";

const STRATEGY = "spec.template.spec.evictionStrategy";
const RUN = "spec.runStrategy";

type Payload = { readonly lack: "migration" | "restart" };

export default defineRule<Payload>({
  id: "vm-not-migratable",
  title: "Virtual machine is neither moved nor restarted",
  severity: "warning",
  appliesTo: ["kubevirt.io/*/VirtualMachine"],
  needsWholeWorkspace: true,
  docs: {
    why: "Without an eviction strategy a drain shuts the guest down instead of moving it to another node while it runs. With the run strategies Manual and Once nobody starts it again when its node fails or it stops.",
    how: "Set `evictionStrategy: LiveMigrateIfPossible`, or `LiveMigrate` for machines that must never be shut down: a drain then waits until the migration is done, which takes disks that several nodes can attach. Set `runStrategy: Always`, so that a lost machine starts on another node. Machines that are switched off (`Halted`, `running: false`) are left alone, and so is the eviction strategy where a KubeVirt or HyperConverged resource in the workspace decides it for the cluster, or an outside controller does (`External`).",
    sources: [
      "https://kubevirt.io/user-guide/cluster_admin/node_maintenance/#eviction-strategies",
      "https://kubevirt.io/user-guide/compute/run_strategies/",
      "https://github.com/kubevirt/api/blob/main/core/v1/types.go",
    ],
  },
  check(machine, context) {
    const { snapshot } = context;
    if (present(nodeAt(machine.root, "spec.template.spec")) === undefined || isOff(snapshot, machine)) return;
    const eviction = evictionMessage(snapshot, machine);
    if (eviction !== undefined) context.report(machine.at(STRATEGY), eviction, { lack: "migration" });
    const run = stringOf(machine.get(RUN)) ?? "";
    if (run === "Manual" || run === "Once") {
      context.report(
        machine.at(RUN),
        t(
          "With runStrategy {run} nobody starts {name} again when its node fails or it stops: it stays down until somebody does so by hand. Set runStrategy: Always.",
          { run, name: machine.called },
        ),
        { lack: "restart" },
      );
    }
  },
  fixes: [
    {
      id: "migrate-if-possible",
      title: () => t("Set evictionStrategy to LiveMigrateIfPossible"),
      preferred: true,
      edits: ({ lack }, machine) => migrationEdits(lack, machine, "LiveMigrateIfPossible"),
    },
    {
      id: "migrate",
      title: () => t("Set evictionStrategy to LiveMigrate, which makes a drain wait for the migration"),
      preferred: false,
      edits: ({ lack }, machine) => migrationEdits(lack, machine, "LiveMigrate"),
    },
    {
      id: "run-always",
      title: () => t("Set runStrategy to Always"),
      preferred: false,
      edits: ({ lack }, machine) => (lack === "restart" ? setPath(machine, RUN, "Always") : undefined),
    },
  ],
});

/** Switched off on purpose, or nobody can say here: `running` is the older form of runStrategy. */
function isOff(snapshot: Snapshot, machine: Resource): boolean {
  if ([RUN, "spec.running"].some((path) => snapshot.layout.isPatched(machine, path))) return true;
  const run = machine.get(RUN);
  const running = machine.get("spec.running");
  if (run !== undefined) return stringOf(run) === undefined || stringOf(run) === "Halted";
  return booleanOf(running) !== true;
}

function evictionMessage(snapshot: Snapshot, machine: Resource): Message | undefined {
  if (snapshot.layout.isPatched(machine, STRATEGY)) return undefined;
  const strategy = machine.get(STRATEGY);
  const name = machine.called;
  if (strategy === undefined)
    return isDecidedForCluster(snapshot)
      ? undefined
      : t(
          "{name} has no eviction strategy: a drain of its node shuts the guest down instead of moving it while it runs. Set evictionStrategy: LiveMigrateIfPossible.",
          { name },
        );
  return stringOf(strategy) === "None"
    ? t(
        "With evictionStrategy None a drain of its node shuts {name} down instead of moving it while it runs. Set evictionStrategy: LiveMigrateIfPossible.",
        { name },
      )
    : undefined;
}

/** HyperConverged sets LiveMigrate where it states nothing else and there are several nodes. */
function isDecidedForCluster(snapshot: Snapshot): boolean {
  const kubevirts = snapshot.find("type", "kubevirt.io/KubeVirt");
  const decided = kubevirts.some((found) => {
    const strategy = found.get("spec.configuration.evictionStrategy");
    return strategy !== undefined && stringOf(strategy) !== "None";
  });
  return decided || snapshot.find("type", "hco.kubevirt.io/HyperConverged").length > 0;
}

function migrationEdits(lack: Payload["lack"], machine: Resource, strategy: string) {
  const spec = machine.get("spec.template.spec");
  if (lack !== "migration" || spec?.kind !== "map") return undefined;
  return setIn(machine.document, spec, ["evictionStrategy"], strategy, { before: ["domain"] });
}
