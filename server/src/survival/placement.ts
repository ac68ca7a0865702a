/** Where pods may lie that a node or a zone takes with it. */
export type Place = "node" | "zone";

/**
 * How wide the domains of a required rule are. Nodes lie in zones, zones in regions; a label of somebody's own
 * (racks, pools) may cut across zones.
 */
export type Width = "node" | "zone" | "region" | "other";

/**
 * A rule that the scheduler keeps even if pods stay Pending for it: no two pods in one domain, or domains that differ
 * by `skew` pods at most.
 */
export type Limit =
  | { readonly kind: "apart"; readonly width: Exclude<Width, "other"> }
  | { readonly kind: "skew"; readonly width: Width; readonly skew: number; readonly minDomains: number };

/** What is known of the pods' possible places. */
export interface Placement {
  /** How many pods are wanted. */
  readonly pods: number;
  /** Nodes that may take them; undefined: nobody said. */
  readonly nodes: number | undefined;
  /** Zones of these nodes, each with one at least; undefined: nobody said. */
  readonly zones: number | undefined;
  readonly limits: readonly Limit[];
}

/** The most pods that one place may hold, and what says so. */
export interface Most {
  readonly pods: number;
  /** The limit that decides; undefined where nothing does. */
  readonly by: Limit | undefined;
}

/** How many of the pods run: those for which a domain is missing stay Pending. */
export function running(placement: Placement): number {
  return Math.min(placement.pods, ...placement.limits.map((limit) => roomOf(limit, placement)));
}

/**
 * The most of the running pods that one node or one zone may hold in the worst placement that keeps every limit. Each limit
 * is taken by itself, so that several together may in fact allow less.
 */
export function mostIn(place: Place, placement: Placement): Most {
  const pods = running(placement);
  let most: Most = { pods, by: undefined };
  for (const by of placement.limits) {
    const allowed = allowedIn(place, by, pods, placement);
    if (allowed < most.pods) most = { pods: allowed, by };
  }
  return most;
}

function roomOf(limit: Limit, placement: Placement): number {
  const domains = domainsOf(limit.width, placement);
  if (domains === undefined) return Number.POSITIVE_INFINITY;
  if (limit.kind === "apart") return domains;
  return domains < limit.minDomains ? domains * limit.skew : Number.POSITIVE_INFINITY;
}

function allowedIn(place: Place, limit: Limit, pods: number, placement: Placement): number {
  const parts = partsOf(place, limit.width, placement);
  if (parts === undefined) return pods;
  if (limit.kind === "apart") return Math.min(pods, parts);
  const { skew, minDomains } = limit;
  const domains = domainsOf(limit.width, placement);
  if (domains !== undefined)
    return domains < minDomains
      ? Math.min(pods, parts * skew)
      : fullest({ pods, skew, domains, taken: parts });
  // Any number of domains: fewer than minDomains hold `skew` each, more of them hold fewer pods each.
  return Math.max(Math.min(pods, skew), fullest({ pods, skew, domains: minDomains, taken: 1 }));
}

/** How many domains of a limit one place may hold; undefined where they may cut across it, or nobody said how many. */
function partsOf(place: Place, width: Width, { nodes, zones }: Placement): number | undefined {
  if (place === "node" || width === "zone" || width === "region") return 1;
  if (width === "other" || nodes === undefined || zones === undefined || nodes < zones) return undefined;
  // All other zones have one node each.
  return nodes - zones + 1;
}

function domainsOf(width: Width, { nodes, zones }: Placement): number | undefined {
  if (width === "node") return nodes;
  return width === "zone" ? zones : undefined;
}

/**
 * The most pods that `taken` of the domains may hold together when all are placed and no domain has more than `skew`
 * pods above the emptiest: with m pods in the emptiest, no more than m + skew in each, and no less than m elsewhere.
 * For one domain this is ⌊(pods + skew × (domains − 1)) ÷ domains⌋, as long as that many pods exist.
 * (kubernetes pkg/scheduler/framework/plugins/podtopologyspread/filtering.go)
 */
export function fullest(spread: {
  readonly pods: number;
  readonly skew: number;
  readonly domains: number;
  readonly taken: number;
}): number {
  const { pods, skew, domains, taken } = spread;
  if (domains <= taken) return pods;
  const even = Math.floor(pods / domains);
  // One bound rises with m, the other falls: the most is where they meet.
  const meet = (pods - taken * skew) / domains;
  const candidates = [Math.floor(meet), Math.ceil(meet)].map((m) => Math.min(Math.max(m, 0), even));
  return Math.max(...candidates.map((m) => Math.min(pods - (domains - taken) * m, taken * (m + skew))));
}
