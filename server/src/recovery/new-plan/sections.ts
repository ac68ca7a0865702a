import { type Message, t } from "../../model/message.ts";
import type { Found } from "./found.ts";
import { flow, scalar } from "./yaml.ts";

/** Makes a comment that says what is assumed, behind some indentation. */
export type Assume = (indent: string, message: Message) => readonly string[];

/** Databases with how they are promoted. */
export function databaseLines({ databases }: Found, assume: Assume): readonly string[] {
  if (databases.length === 0) return [];
  return [
    "  databases:",
    ...assume(
      "    ",
      t(
        "databases run at the primary site, those that follow another cluster at the other one, at most five minutes behind. They are promoted by hand within ten minutes, the old primary fenced first.",
      ),
    ),
    ...databases.flatMap(({ name, reference, isReplica }) => [
      `    - name: ${scalar(name)}`,
      isReplica
        ? `      replicas: [${flow({ platform: "kubernetes", ref: scalar(reference), site: "dr", replication: "Asynchronous", lag: "5m" })}]`
        : `      primary: ${flow({ platform: "kubernetes", ref: scalar(reference), site: "primary" })}`,
      `      promote: ${flow({ mode: "Manual", fencing: "Required", estimatedDuration: "10m" })}`,
    ]),
  ];
}

/** Backups, whose schedules are read from the manifests. */
export function backupLines({ backups }: Found, assume: Assume): readonly string[] {
  if (backups.length === 0) return [];
  return [
    "  backups:",
    ...assume(
      "    ",
      t(
        "a run takes 30 minutes, its copy is at the other site 15 minutes later, and 100 GiB come back at 100 MiB/s.",
      ),
    ),
    ...backups.map(({ name, reference, tool, database }) => {
      const entries = {
        name: scalar(name),
        kind: tool === "Velero" ? "Container" : "Database",
        tool,
        database: database === undefined ? undefined : scalar(database),
        scheduleRef: scalar(reference),
        duration: "30m",
        copyDuration: "15m",
        repositorySite: "dr",
        sizeGiB: "100",
        restoreMiBps: "100",
      };
      return `    - ${flow(entries)}`;
    }),
  ];
}

/** A way to move what is served, with the name that steps call it by. */
export interface NewStrategy {
  readonly name: string;
  readonly kind: "database" | "mesh" | "dns";
  readonly entries: Readonly<Record<string, string | undefined>>;
}

/** The strategies that the workspace is ready for. */
export function strategiesOf({ databases, routes, records }: Found): readonly NewStrategy[] {
  const all: readonly NewStrategy[] = [
    ...databases.map(({ name }) => ({
      name: `promote-${name}`,
      kind: "database" as const,
      entries: { type: "DatabasePromotion", database: scalar(name) },
    })),
    ...routes.map(({ name, reference, from, to, destinationRule }) => ({
      name: `shift-${name}`,
      kind: "mesh" as const,
      entries: {
        type: "ServiceMesh",
        virtualService: scalar(reference),
        from: flow({ host: scalar(from) }),
        to: flow({ host: scalar(to) }),
        destinationRule: destinationRule === undefined ? undefined : scalar(destinationRule),
      },
    })),
    ...records.map(({ name, hasTtl }) => ({
      name: `switch-${name}`,
      kind: "dns" as const,
      entries: {
        type: "DNS",
        record: scalar(name),
        ttl: hasTtl ? undefined : "5m",
        healthCheck: flow({ interval: "30s", failureThreshold: "3" }),
        controllerInterval: "60s",
        resolverSlack: "30s",
      },
    })),
  ];
  // Steps call strategies by their names.
  return all.map((strategy, i) =>
    all.findIndex(({ name }) => name === strategy.name) === i
      ? strategy
      : { ...strategy, name: `${strategy.name}-${i + 1}` },
  );
}

export function strategyLines(found: Found, assume: Assume): readonly string[] {
  const strategies = strategiesOf(found);
  if (strategies.length === 0) return [];
  const hasRecords = strategies.some(({ kind }) => kind === "dns");
  return [
    "  strategies:",
    ...(hasRecords
      ? [
          ...assume(
            "    ",
            t(
              "health checks of DNS run every 30 seconds and need three failures, external-dns looks every minute; a TTL stands here only where no manifest states one.",
            ),
          ),
        ]
      : []),
    ...strategies.map(({ name, entries }) => `    - ${flow({ name: scalar(name), ...entries })}`),
  ];
}

/** What is done when the primary site is lost: databases first, then traffic, beside it room for it, then a look at it all. */
export function failoverLines(found: Found, assume: Assume): readonly string[] {
  const strategies = strategiesOf(found);
  const names = (kinds: readonly string[]) =>
    strategies.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name);
  const [promotions, moves] = [names(["database"]), names(["mesh", "dns"])];
  const before = list(promotions);
  const last = moves.length > 0 ? moves : ["move-traffic"];
  return [
    "  failovers:",
    "    - name: site",
    "      serves: [Site]",
    ...assume("      ", t("an alert of Prometheus, then a person who decides within ten minutes.")),
    `      detection: ${flow({ source: "Prometheus", scrapeInterval: "30s", for: "2m", groupWait: "30s" })}`,
    `      decision: ${flow({ mode: "Manual", budget: "10m" })}`,
    ...assume(
      "      ",
      t("how long steps without a strategy take. A step starts when all of its `after` are done."),
    ),
    "      steps:",
    ...promotions.map((name) => `        - ${flow({ name: scalar(name), strategy: scalar(name) })}`),
    `        - ${flow({ name: "scale-up", duration: "5m" })}`,
    ...moves.map(
      (name) => `        - ${flow({ name: scalar(name), strategy: scalar(name), after: before })}`,
    ),
    ...(moves.length > 0
      ? []
      : [`        - ${flow({ name: "move-traffic", duration: "10m", after: before })}`]),
    `        - ${flow({ name: "verify", duration: "5m", after: list(["scale-up", ...last]) })}`,
    `      failback: ${flow({ mode: "Manual", requireResync: "true" })}`,
  ];
}

function list(names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : `[${names.map(scalar).join(", ")}]`;
}
