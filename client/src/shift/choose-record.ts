import { l10n, type QuickPickItem } from "vscode";
import {
  METHODS,
  type ShiftChange,
  type ShiftChoices,
  type ShiftObject,
  type ShiftRecord,
} from "../../../server/src/server/protocol.ts";
import type { Choosing } from "./choosing.ts";

interface RecordItem extends QuickPickItem {
  readonly record: ShiftRecord;
}

/** What an object offers to choose from besides its destinations, as it is now. */
export function readChoices(
  { ask, client, context }: Choosing,
  { kind, namespace, name }: ShiftObject,
): Promise<ShiftChoices> {
  const params = { context, target: { kind, namespace, name } };
  return ask.read(() => client.sendRequest<ShiftChoices>(METHODS.shiftChoices, params));
}

/** Which record of a DNSEndpoint is to point where; the one called `named` is not asked for where it is the only one. */
export async function chooseRecord(
  choosing: Choosing,
  target: ShiftObject,
  named?: string,
): Promise<ShiftChange> {
  const { ask } = choosing;
  const { records } = await readChoices(choosing, target);
  const meant = records.filter(({ dnsName }) => named === undefined || dnsName === named);
  const [only] = meant;
  const record =
    only !== undefined && meant.length === 1
      ? only
      : (
          await ask.pick(
            l10n.t("Which record of {0} is to point elsewhere?", target.name),
            (only === undefined ? records : meant).map(itemOf),
          )
        ).record;
  const text = await ask.text({
    prompt: l10n.t(
      "Where is {0} to point? Several targets with commas between them. Now: {1}.",
      record.dnsName,
      record.targets.join(", "),
    ),
    problem: (value) =>
      targetsOf(value).length === 0 ? l10n.t("A host name or an address is expected.") : undefined,
  });
  const { dnsName, recordType, setIdentifier } = record;
  return {
    kind: "dns",
    record: { dnsName, recordType, ...(setIdentifier !== undefined && { setIdentifier }) },
    targets: targetsOf(text),
  };
}

function itemOf(record: ShiftRecord): RecordItem {
  const { dnsName, recordType, setIdentifier, targets } = record;
  return {
    record,
    label: dnsName,
    description: [recordType, setIdentifier].filter((part) => part !== undefined).join(" · "),
    detail: l10n.t("now: {0}", targets.join(", ")),
  };
}

function targetsOf(text: string): readonly string[] {
  return text.split(",").flatMap((part) => (part.trim() === "" ? [] : [part.trim()]));
}
