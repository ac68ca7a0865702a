import fc from "fast-check";
import { stringify } from "yaml";
import type { Files } from "../../server/src/testing/memory-workspace.ts";
import { routes } from "./routes.ts";
import { companions, workload } from "./workloads.ts";

/** Documents of the kinds that rules read, with what they mind present, absent, odd or wrong. */
const manifest: fc.Arbitrary<object> = fc.oneof({ weight: 3, arbitrary: workload }, ...companions, ...routes);

/** A few files of random manifests, in block or flow style, some as JSON. */
export const manifests: fc.Arbitrary<Files> = fc
  .array(fc.record({ documents: fc.array(manifest, { minLength: 1, maxLength: 4 }), style: fc.nat(9) }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((files) => Object.fromEntries(files.map(({ documents, style }, i) => write(documents, style, i))));

function write(documents: readonly object[], style: number, i: number): [string, string] {
  if (style === 0)
    return [`f${i}.json`, JSON.stringify({ apiVersion: "v1", kind: "List", items: documents }, null, 2)];
  const options = {
    indentSeq: style % 2 === 0,
    aliasDuplicateObjects: style === 5,
    collectionStyle: style === 1 ? "flow" : "any",
  } as const;
  return [`f${i}.yaml`, documents.map((document) => stringify(document, options)).join("---\n")];
}
