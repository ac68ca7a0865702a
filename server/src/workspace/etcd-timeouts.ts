import type { EtcdSetting, EtcdSettings } from "./etcd-settings.ts";

/** Milliseconds (etcd server/embed/config.go, DefaultTickMs and DefaultElectionMs). */
const DEFAULTS = { heartbeat: 100, election: 1000 } as const;
/** etcd refuses to start above this election timeout, and below so many heartbeats per election. */
export const MOST_MS = 50_000;
export const LEAST_RATIO = 5;
/** What etcd's tuning guide asks for. */
export const GOOD_RATIO = 10;

/** Heartbeat interval and election timeout of a member in milliseconds, and where they are stated. */
export interface EtcdTimeouts {
  readonly heartbeat: number;
  readonly election: number;
  readonly stated: {
    readonly heartbeat: EtcdSetting | undefined;
    readonly election: EtcdSetting | undefined;
  };
}

/** The timeouts with etcd's defaults; undefined where a variable or something that is no number stands in their place. */
export function timeoutsOf(settings: EtcdSettings): EtcdTimeouts | undefined {
  const stated = {
    heartbeat: settings.get("heartbeat-interval"),
    election: settings.get("election-timeout"),
  };
  const heartbeat = millisecondsOf(stated.heartbeat, DEFAULTS.heartbeat);
  const election = millisecondsOf(stated.election, DEFAULTS.election);
  return heartbeat === undefined || election === undefined ? undefined : { heartbeat, election, stated };
}

function millisecondsOf(setting: EtcdSetting | undefined, fallback: number): number | undefined {
  if (setting === undefined) return fallback;
  return /^\d{1,9}$/.test(setting.value) && Number(setting.value) > 0 ? Number(setting.value) : undefined;
}
