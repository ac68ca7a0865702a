import type { DocumentEdit } from "../../fixes/edit.ts";
import { replaceText } from "../../fixes/yaml-edit.ts";
import type { Resource } from "../../model/resource.ts";
import { etcdSettingsOf } from "../../workspace/etcd-settings.ts";

/**
 * Adds the members that come with a higher number of pods to etcd's `--initial-cluster`, made after the last one;
 * nothing where the list does not name each of the present pods by its ordinal.
 */
export function listedEdits(resource: Resource, pods: number, wanted: number): readonly DocumentEdit[] {
  return etcdSettingsOf(resource).flatMap((settings) => {
    const setting = settings.get("initial-cluster");
    const members = setting?.value.split(",") ?? [];
    const last = members.at(-1) ?? "";
    const ordinal = `-${pods - 1}`;
    if (setting?.node.kind !== "scalar" || members.length !== pods || !last.includes(`${ordinal}=`))
      return [];
    const pattern = new RegExp(`${ordinal}(?!\\d)`, "g");
    const added = Array.from({ length: wanted - pods }, (_, i) => last.replace(pattern, `-${pods + i}`));
    return [replaceText(resource.document, setting.node, [setting.node.source, ...added].join(","))];
  });
}
