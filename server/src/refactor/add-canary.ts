import { combined } from "../fixes/edit.ts";
import { insertItemsBefore } from "../fixes/insert-item.ts";
import { t } from "../model/message.ts";
import { type Offer, type Refactoring, wholeRewrite } from "./refactoring.ts";
import { freeName, headerRoute, routesByHeader, singleRouteAt, splitEdits } from "./single-route.ts";
import { versionsOf } from "./versions.ts";

/** Whom the next version is for first; the name that the seed of this project uses. */
const INTERNAL = { name: "user-type", value: "internal" };

/** A part of a route's requests, and all of the internal users', to the next version. */
export const addCanary: Refactoring = {
  id: "add-canary",
  types: ["networking.istio.io/VirtualService"],
  offer(place, world): Offer | undefined {
    const single = singleRouteAt(place, world);
    if (single === undefined || routesByHeader(single, INTERNAL.name).length > 0) return undefined;
    const roles = { present: "stable", next: "canary" };
    const versions = versionsOf(place.resource, single.destination, roles, world);
    if (versions === undefined) return undefined;
    const { present, next } = versions;
    const { document } = place.resource;
    const internal = headerRoute(single, INTERNAL, next, freeName(single, "internal"));
    const ahead = insertItemsBefore(document, single.routes, single.route.index, [internal]);
    const edits = combined([
      ...(ahead === undefined ? [] : [ahead]),
      ...splitEdits(single, [present, next], [95, 5]),
      // Last: a new document begins where this one ends.
      ...versions.edits,
    ]);
    if (ahead === undefined || edits === undefined) return undefined;
    return {
      title: t("Add canary route"),
      rewrite: () =>
        wholeRewrite(
          t("Send internal users and 5 % of the others to subset {next} of {host}, 95 % to {present}", {
            next,
            present,
            host: single.host,
          }),
          edits,
          versions.question,
        ),
    };
  },
};
