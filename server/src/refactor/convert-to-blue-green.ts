import { combined, type DocumentEdit } from "../fixes/edit.ts";
import { type Message, t } from "../model/message.ts";
import { sharesOf } from "../traffic/shares.ts";
import { type Offer, type Place, type Refactoring, type World, wholeRewrite } from "./refactoring.ts";
import { routeAt, singleRouteAt, splitEdits, weightEdit } from "./single-route.ts";
import { versionsOf } from "./versions.ts";
import { isControlled } from "./writable.ts";

interface Conversion {
  readonly title: Message;
  readonly edits: readonly DocumentEdit[];
  readonly question: Message | undefined;
}

/** A route that sends everything to one of two versions, so that swapping two numbers switches. */
export const convertToBlueGreen: Refactoring = {
  id: "convert-to-blue-green",
  types: ["networking.istio.io/VirtualService"],
  offer(place, world): Offer | undefined {
    const conversion = ofOne(place, world) ?? ofTwo(place, world);
    if (conversion === undefined) return undefined;
    const { title, edits, question } = conversion;
    return { title: t("Convert to blue/green"), rewrite: () => wholeRewrite(title, edits, question) };
  },
};

/** A second destination that gets nothing yet. */
function ofOne(place: Place, world: World): Conversion | undefined {
  const single = singleRouteAt(place, world);
  if (single === undefined) return undefined;
  const roles = { present: "blue", next: "green" };
  const versions = versionsOf(place.resource, single.destination, roles, world);
  if (versions === undefined) return undefined;
  const { present, next } = versions;
  const edits = combined([...splitEdits(single, [present, next], [100, 0]), ...versions.edits]);
  if (edits === undefined) return undefined;
  return {
    title: t("Keep all requests for {host} on subset {present}, with {next} ready to take over", {
      host: single.host,
      present,
      next,
    }),
    edits,
    question: versions.question,
  };
}

/** Two destinations that share: the larger part becomes all of it. */
function ofTwo(place: Place, world: World): Conversion | undefined {
  const route = routeAt(place, world);
  const [first, second, ...more] = route?.destinations ?? [];
  if (route === undefined || first === undefined || second === undefined || more.length > 0) return undefined;
  const shares = sharesOf(route);
  if (shares.state !== "shared" || first.host.state !== "known") return undefined;
  const [a = 0, b = 0] = shares.parts;
  // One of them has everything: that is blue/green already.
  if (a === 0 || b === 0 || isControlled(place.resource, first.host.value, world)) return undefined;
  const { document } = place.resource;
  const [weightOfFirst, weightOfSecond] = a >= b ? [100, 0] : [0, 100];
  const moved = [weightEdit(first, document, weightOfFirst), weightEdit(second, document, weightOfSecond)];
  return {
    title: t("Send all requests for {host} to the destination that has most of them now", {
      host: first.host.value,
    }),
    edits: moved,
    question: t("Traffic moves with this change: the other destination gets nothing any more."),
  };
}
