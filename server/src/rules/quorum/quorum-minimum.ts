import type { DocumentEdit } from "../../fixes/edit.ts";
import { replaceValue, setPath } from "../../fixes/yaml-edit.ts";
import { type Message, t } from "../../model/message.ts";
import { booleanOf, integerOf } from "../../model/node.ts";
import { nameOf, type QuorumGroup, siblingsOf, votersOf } from "../../workspace/quorum.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { defineQuorumRule } from "../quorum-rule.ts";
import { budgetEdits } from "../workload/pdb-missing.ts";
import { listedEdits } from "./listed-members.ts";
import { keepApartEdits } from "./voter-spread.ts";

const ENOUGH = 3;

interface Payload {
  /** The number to write: some voters may be counted elsewhere. */
  readonly wanted: number;
  /** What three pods need besides: a budget and nodes of their own. */
  readonly companions: readonly DocumentEdit[] | undefined;
}

export default defineQuorumRule<Payload>({
  id: "quorum-minimum",
  title: "Too few voters to lose one",
  severity: "warning",
  needsWholeWorkspace: true,
  docs: {
    why: "A group that decides by majority survives the loss of a voter from three on. One voter is an outage at every crash, drain and upgrade, and with its disk the data is gone. Two need each other: either of them stops both, which is worse than one.",
    how: "Use three. Where members are listed by hand (`--initial-cluster`, `--retry-join`), add them to the running group one by one and extend the list too. For a cluster that developers throw away, suppress the finding with that reason.",
    sources: [
      "https://etcd.io/docs/latest/faq/#what-is-failure-tolerance",
      "https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/ha-topology/",
    ],
  },
  check(group, context) {
    const { snapshot } = context;
    const voters = votersOf(snapshot, group);
    if (voters === undefined || voters < 1 || voters >= ENOUGH) return;
    if (siblingsOf(snapshot, group).length > 0 || isForTests(group)) return;
    context.report(group.resource.at(group.path), message(group, voters), {
      wanted: wantedOf(group),
      companions: companionsOf(snapshot, group),
    });
  },
  fixes: [
    {
      id: "three",
      title: ({ wanted }) => t("Raise the number to {number}", { number: wanted }),
      preferred: false,
      needsConfirmation: true,
      edits({ companions, wanted }, { resource, voters, path }) {
        if (companions === undefined || voters.state === "unknown") return undefined;
        if (voters.state === "known")
          // A sum over several places has no place of its own.
          return voters.node.kind === "scalar"
            ? [
                replaceValue(resource.document, voters.node, wanted),
                ...listedEdits(resource, voters.value, wanted),
                ...companions,
              ]
            : undefined;
        return [...setPath(resource, path, ENOUGH, { before: ["selector", "template"] }), ...companions];
      },
    },
  ],
});

function message(group: QuorumGroup, voters: number): Message {
  const values = { system: group.system, name: nameOf(group) };
  return voters === 1
    ? t(
        "{name} has a single {system} voter: its crash, its drain and its upgrade are outages, and with its disk the data is gone. Use 3 to survive the loss of 1.",
        values,
      )
    : t(
        "{name} has 2 {system} voters and needs both to decide: the loss of either is an outage. Use 3 to survive the loss of 1.",
        values,
      );
}

/** Beside a MongoDB's members its arbiters vote. */
function wantedOf({ voters }: QuorumGroup): number {
  const stated = voters.state === "known" ? integerOf(voters.node) : undefined;
  return voters.state === "known" && stated !== undefined ? stated + ENOUGH - voters.value : ENOUGH;
}

/** Rook's own way to say that a cluster is a test: its mons may share a node. */
function isForTests({ resource }: QuorumGroup): boolean {
  return booleanOf(resource.get("spec.mon.allowMultiplePerNode")) === true;
}

/** Undefined where they cannot be written, nothing where an operator makes the pods. */
function companionsOf(snapshot: Snapshot, { workload }: QuorumGroup): readonly DocumentEdit[] | undefined {
  if (workload === undefined) return [];
  const budget = budgetEdits(snapshot, workload);
  const apart = keepApartEdits(snapshot, workload);
  return budget === undefined || apart === undefined ? undefined : [...budget, ...apart];
}
