import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";
import { stringify } from "yaml";
import type { KubeObject } from "./cluster.ts";

/** What a write changes, as a unified diff of YAML: the parts that it concerns, without what the server keeps itself. */
export function yamlDiff(before: KubeObject, after: KubeObject): string {
  const name = `${before.kind.toLowerCase()}/${before.metadata.name}`;
  const lines = createTwoFilesPatch(
    name,
    name,
    yamlOf(before, after),
    yamlOf(after, before),
    undefined,
    undefined,
    {
      context: 3,
      headerOptions: FILE_HEADERS_ONLY,
    },
  );
  return lines.includes("@@") ? lines : "";
}

/** Metadata never changes; the status only where it is what is written. */
function yamlOf(object: KubeObject, other: KubeObject): string {
  const { apiVersion, kind, metadata, spec, status } = object;
  const statusMatters = JSON.stringify(status) !== JSON.stringify(other.status);
  return stringify(
    {
      apiVersion,
      kind,
      metadata: {
        name: metadata.name,
        ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
      },
      spec,
      ...(statusMatters && { status }),
    },
    { aliasDuplicateObjects: false, lineWidth: 0 },
  );
}
