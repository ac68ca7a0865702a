import type { Field, MapNode, Node } from "../model/node.ts";
import { known, type List, type Texts } from "./fields.ts";
import type { Plan } from "./plan.ts";

/** What names of a plan stand for. */
type Named = "site" | "database" | "backup" | "strategy" | "step";

/** A name that is used, and what of the plan it should be one of. */
export interface NameUse {
  readonly node: Node;
  readonly name: string;
  readonly what: Named;
  readonly candidates: ReadonlySet<string>;
}

/** Things with names, and whether there may be more of them than can be read. */
interface Names {
  readonly all: ReadonlySet<string>;
  readonly complete: boolean;
}

/** The names in a plan that nothing in it has. Where a template decides some names, none of that kind is called unknown. */
export function brokenNames(plan: Plan): readonly NameUse[] {
  const sites = namesOf(plan.sites);
  const databases = namesOf(plan.databases);
  const backups = namesOf(plan.backups);
  const strategies = namesOf(plan.strategies);
  return [
    ...plan.vsphere.items.flatMap((platform) => broken("site", sites, ...ofTexts(platform.sites))),
    ...plan.kubernetes.items.flatMap(({ site, etcdMembers }) =>
      broken("site", sites, site, ...ofTexts(etcdMembers)),
    ),
    ...plan.replication.items.flatMap(({ from, to, arbiterSite }) =>
      broken("site", sites, from, to, arbiterSite),
    ),
    ...plan.databases.items.flatMap(({ primary, replicas }) =>
      broken("site", sites, primary?.site, ...replicas.items.map(({ site }) => site)),
    ),
    ...plan.backups.items.flatMap(({ repositorySite, database }) => [
      ...broken("site", sites, repositorySite),
      ...broken("database", databases, database),
    ]),
    ...plan.strategies.items.flatMap(({ database }) => broken("database", databases, database)),
    ...plan.failovers.items.flatMap(({ steps }) => {
      const names = namesOf(steps);
      return steps.items.flatMap(({ strategy, restore, after }) => [
        ...broken("strategy", strategies, strategy),
        ...broken("backup", backups, restore),
        ...broken("step", names, ...ofTexts(after)),
      ]);
    }),
  ];
}

/** Entries whose name an earlier one of their kind has already. */
export function repeatedNames(plan: Plan): readonly Omit<NameUse, "candidates">[] {
  return [
    ...repeated("site", plan.sites),
    ...repeated("database", plan.databases),
    ...repeated("backup", plan.backups),
    ...repeated("strategy", plan.strategies),
    ...plan.failovers.items.flatMap(({ steps }) => repeated("step", steps)),
  ];
}

/** An entry of a list that has a name. */
interface Entry {
  readonly node: MapNode;
  readonly name: Field<string>;
}

function namesOf({ items, complete }: List<Entry>): Names {
  const names = items.map(({ name }) => known(name));
  return {
    all: new Set(names.filter((name) => name !== undefined)),
    complete: complete && items.every(({ name }) => name.state !== "unknown"),
  };
}

function ofTexts({ items }: Texts): readonly Field<string>[] {
  return items.map(({ value, node }) => ({ state: "known", value, node }));
}

function broken(
  what: Named,
  { all, complete }: Names,
  ...uses: readonly (Field<string> | undefined)[]
): readonly NameUse[] {
  if (!complete) return [];
  return uses.flatMap((use) =>
    use?.state === "known" && !all.has(use.value)
      ? [{ node: use.node, name: use.value, what, candidates: all }]
      : [],
  );
}

function repeated(what: Named, { items }: List<Entry>): readonly Omit<NameUse, "candidates">[] {
  const seen = new Set<string>();
  return items.flatMap(({ name, node }) => {
    if (name.state !== "known") return [];
    if (seen.has(name.value)) return [{ node, name: name.value, what }];
    seen.add(name.value);
    return [];
  });
}
