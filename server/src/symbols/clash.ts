import { type Message, t } from "../model/message.ts";
import type { Resource } from "../model/resource.ts";
import { isTogether, mayShareNamespace } from "../workspace/scope.ts";
import { definitionsOfSort } from "./definitions.ts";
import { shownFile } from "./display.ts";
import type { Group } from "./group.ts";
import { resourcesNamed } from "./lookup.ts";
import type { Definition } from "./mention.ts";
import { usesOfSort } from "./uses.ts";
import type { World } from "./world.ts";

/** Why a group cannot take a new name that something else bears already; undefined when it can. */
export function clashOf(world: World, group: Group, name: string, isKey: boolean): Message | undefined {
  for (const definition of group.definitions) {
    const { sort } = definition;
    const clash =
      sort === "resource"
        ? resourceClash(world, group, definition, name)
        : sort !== "label"
          ? partClash(definition, name)
          : isKey
            ? keyClash(group, name)
            : labelClash(world, group, definition, name);
    if (clash !== undefined) return clash;
  }
  return undefined;
}

function resourceClash(
  world: World,
  group: Group,
  { type, resource }: Definition,
  name: string,
): Message | undefined {
  const other = resourcesNamed(world, type, name).find(
    (candidate) => !group.definitions.includes(candidate) && meets(world, resource, candidate.resource),
  );
  if (other === undefined) return undefined;
  return t("There is a {kind} {name} already, in {file}: the two would become one. Choose another name.", {
    kind: type.slice(type.indexOf("/") + 1),
    name,
    file: shownFile(other.resource.document.uri),
  });
}

function partClash({ resource, sort }: Definition, name: string): Message | undefined {
  const other = definitionsOfSort(resource, sort).find((each) => each.text === name);
  if (other === undefined) return undefined;
  return t("{kind} {owner} has a “{name}” already, and names in it must differ. Choose another name.", {
    kind: resource.kind,
    owner: resource.name ?? "",
    name,
  });
}

function labelClash(
  { snapshot }: World,
  group: Group,
  { key, resource }: Definition,
  value: string,
): Message | undefined {
  const label = `${key?.text}=${value}`;
  const own = new Set(group.definitions.map((definition) => definition.resource));
  const other = snapshot
    .find("podLabel", label)
    .find((candidate) => !own.has(candidate) && meets({ snapshot }, resource, candidate));
  if (other === undefined) return undefined;
  return t(
    "Pods of {kind} {name} are labelled {label} already: selectors could no longer tell them apart. Choose another value.",
    { kind: other.kind, name: other.name ?? "", label },
  );
}

function keyClash({ definitions, uses }: Group, key: string): Message | undefined {
  const resource = [...definitions, ...uses]
    .map((mention) => mention.resource)
    .find((each) =>
      [...definitionsOfSort(each, "label"), ...usesOfSort(each, "label")].some(
        (mention) => mention.key?.text === key,
      ),
    );
  if (resource === undefined) return undefined;
  return t("{kind} {name} uses a label {key} already: the two would become one. Choose another key.", {
    kind: resource.kind,
    name: resource.name ?? "",
    key,
  });
}

function meets({ snapshot }: Pick<World, "snapshot">, a: Resource, b: Resource): boolean {
  return isTogether(snapshot, a, b) && mayShareNamespace(snapshot, a, b);
}
