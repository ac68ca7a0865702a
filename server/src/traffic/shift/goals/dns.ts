import { isDeepStrictEqual } from "node:util";
import type { Operation } from "rfc6902";
import { t } from "../../../model/message.ts";
import type { KubeObject } from "../cluster.ts";
import { at, listOf, numberAt, pointer, textAt, textsAt } from "../json.ts";
import { type Planned, planned } from "../patch.ts";

/** Points a record of an external-dns DNSEndpoint somewhere else (sigs.k8s.io/external-dns, endpoint.Endpoint). */
export interface DnsGoal {
  readonly kind: "dns";
  readonly record: RecordKey;
  readonly targets: readonly string[];
}

/** Finds the record again: external-dns tells records apart by these three. */
export interface RecordKey {
  readonly dnsName: string;
  readonly recordType: string;
  readonly setIdentifier?: string;
}

/** A record as it stands there. */
export interface LiveRecord extends RecordKey {
  readonly index: number;
  readonly targets: readonly string[];
  /** Seconds; undefined where the provider's default counts. */
  readonly ttl: number | undefined;
}

/** Every record of a DNSEndpoint. */
export function recordsOf(object: KubeObject): readonly LiveRecord[] {
  return listOf(at(object, "spec", "endpoints")).flatMap((item, index) => {
    const dnsName = textAt(item, "dnsName");
    const recordType = textAt(item, "recordType");
    const setIdentifier = textAt(item, "setIdentifier");
    if (dnsName === undefined || recordType === undefined) return [];
    return [
      {
        dnsName,
        recordType,
        ...(setIdentifier !== undefined && { setIdentifier }),
        index,
        targets: textsAt(item, "targets"),
        ttl: numberAt(item, "recordTTL"),
      },
    ];
  });
}

/** The patch: the record is tested by name and type, its targets are replaced as a whole. */
export function planDns(object: KubeObject, goal: DnsGoal): Planned {
  const found = recordsOf(object).filter((record) => sameRecord(record, goal.record));
  const [record] = found;
  if (record === undefined || found.length > 1)
    return {
      ok: false,
      reason: t(
        "DNSEndpoint {name} has no single {type} record of {record} any more. Look at it and preview again.",
        { name: object.metadata.name, type: goal.record.recordType, record: goal.record.dnsName },
      ),
    };
  if (isDeepStrictEqual(record.targets, goal.targets)) return planned(object, []);
  const path = ["spec", "endpoints", record.index] as const;
  const test = (key: string, value: string): Operation => ({
    op: "test",
    path: pointer(...path, key),
    value,
  });
  return planned(object, [
    test("dnsName", record.dnsName),
    test("recordType", record.recordType),
    ...(record.setIdentifier === undefined ? [] : [test("setIdentifier", record.setIdentifier)]),
    { op: "add", path: pointer(...path, "targets"), value: goal.targets },
  ]);
}

function sameRecord(a: RecordKey, b: RecordKey): boolean {
  return a.dnsName === b.dnsName && a.recordType === b.recordType && a.setIdentifier === b.setIdentifier;
}
