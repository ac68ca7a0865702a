import { t } from "../../../model/message.ts";
import type { KubeObject } from "../cluster.ts";
import { recordsOf } from "../goals/dns.ts";
import type { Intent } from "../intent.ts";
import { type MemberPlan, problem, single } from "./step.ts";

type DnsIntent = Extract<Intent, { kind: "dns" }>;

/** One record pointed elsewhere. */
export function planDnsStep(object: KubeObject, { record, targets }: DnsIntent): MemberPlan {
  const records = recordsOf(object);
  const found = records.filter(
    (candidate) =>
      (record.dnsName === undefined || candidate.dnsName === record.dnsName) &&
      (record.recordType === undefined || candidate.recordType === record.recordType) &&
      (record.setIdentifier === undefined || candidate.setIdentifier === record.setIdentifier),
  );
  const [only] = found;
  if (only === undefined || found.length > 1)
    return problem(
      t("DNSEndpoint {name} has {n} records that fit. Name one of: {records}.", {
        name: object.metadata.name,
        n: found.length,
        records: records.map(({ dnsName, recordType }) => `${dnsName} ${recordType}`).join(", "),
      }),
    );
  const { dnsName, recordType, setIdentifier, ttl } = only;
  const key = { dnsName, recordType, ...(setIdentifier !== undefined && { setIdentifier }) };
  // Resolvers keep the old answer for its TTL; external-dns looks every minute unless told otherwise.
  return single(object, { kind: "dns", record: key, targets }, "settle", (ttl ?? 300) + 60);
}
