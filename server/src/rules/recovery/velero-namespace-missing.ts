import { replaceText } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { itemsOf, type Node, nodeAt, stringOf } from "../../model/node.ts";
import { TEMPLATE, VELERO_SCHEDULE } from "../../recovery/velero.ts";
import { isSlip } from "../../text/slip.ts";
import { ANY, UNKNOWN } from "../../workspace/indexes.ts";
import { namespaceOf } from "../../workspace/scope.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { defineRule } from "../rule.ts";

interface Payload {
  readonly node: Node;
  readonly nearest: string | undefined;
}

export default defineRule<Payload>({
  id: "velero-namespace-missing",
  title: "Velero backs up a namespace that is not there",
  severity: "warning",
  appliesTo: [VELERO_SCHEDULE.replace("/", "/*/")],
  needsWholeWorkspace: true,
  inCluster: ["/Namespace"],
  docs: {
    why: "Velero takes the names in `includedNamespaces` as they are. One that does not exist is no error: the backup completes, and what was meant is not in it.",
    how: "Correct the name. Reported where the workspace has something in a namespace with almost the same name, or where it declares the other namespaces of the list and not this one; a list of names that are all unknown here is about another repository.",
    sources: ["https://velero.io/docs/main/resource-filtering/"],
  },
  check(schedule, context) {
    const { snapshot } = context;
    const path = `${TEMPLATE}.includedNamespaces`;
    const list = schedule.get(path);
    if (list?.kind !== "seq" || snapshot.layout.isPatched(schedule, path)) return;
    const names = itemsOf(list).map((item) => stringOf(item));
    // One that a template names may be the very one that is asked for.
    if (names.includes(undefined)) return;
    const declared = declaredIn(snapshot);
    // Every workload is asked for its namespace: only where there is a reason to.
    if (names.every((name) => name === undefined || name.includes("*") || declared.has(name))) return;
    const known = new Set([...declared, ...usedIn(snapshot)]);
    if (known.size === 0 || hasUnknown(snapshot)) return;
    const declares = names.filter((name) => declared.has(name ?? "")).length;
    for (const [i, name] of names.entries()) {
      const node = nodeAt(list, [i]);
      if (name === undefined || node === undefined || name.includes("*") || known.has(name)) continue;
      const nearest = [...known].find((each) => !names.includes(each) && isSlip(name, each));
      if (nearest === undefined && (declares === 0 || declares < names.length - 1)) continue;
      context.report(
        schedule.locate(node),
        nearest === undefined
          ? t(
              "The workspace has nothing in namespace “{name}”, although it declares the others of this list: Velero skips it without an error. Correct the name or remove it.",
              { name },
            )
          : t(
              "The workspace has nothing in namespace “{name}”: Velero skips it without an error, and “{nearest}” is not backed up. Correct the name.",
              { name, nearest },
            ),
        { node, nearest },
      );
    }
  },
  fixes: [
    {
      id: "closest-namespace",
      title: ({ nearest }) => t("Back up namespace {name}", { name: nearest ?? "" }),
      preferred: false,
      edits: ({ node, nearest }, schedule) =>
        nearest === undefined ? undefined : [replaceText(schedule.document, node, nearest)],
    },
  ],
});

function declaredIn(snapshot: Snapshot): ReadonlySet<string> {
  return new Set(snapshot.find("type", "/Namespace").flatMap(({ name }) => name ?? []));
}

/** The namespaces of workloads. */
function usedIn(snapshot: Snapshot): readonly string[] {
  return snapshot.find("podLabel", ANY).flatMap((resource) => namespaceOf(snapshot, resource) ?? []);
}

/** Whether templates name namespaces or workloads: the missing one may be among them. */
function hasUnknown(snapshot: Snapshot): boolean {
  return (
    snapshot.find("type", "/Namespace").some(({ name }) => name === undefined) ||
    snapshot.find("podLabel", UNKNOWN).some(({ namespace }) => namespace === undefined)
  );
}
