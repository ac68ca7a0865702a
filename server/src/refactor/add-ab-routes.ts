import { combined } from "../fixes/edit.ts";
import { insertItemsBefore } from "../fixes/insert-item.ts";
import { t } from "../model/message.ts";
import { type Offer, type Refactoring, wholeRewrite } from "./refactoring.ts";
import { freeName, headerRoute, routesByHeader, singleRouteAt } from "./single-route.ts";
import { versionsOf } from "./versions.ts";

const HEADER = "user-group";

/** Two groups of users, told apart by a header, each with its own version; everybody else as before. */
export const addAbRoutes: Refactoring = {
  id: "add-ab-routes",
  types: ["networking.istio.io/VirtualService"],
  offer(place, world): Offer | undefined {
    const single = singleRouteAt(place, world);
    // Behind the two there must be a route for everybody else.
    if (single === undefined || single.route.matches.length > 0) return undefined;
    const names = [freeName(single, "group-a"), freeName(single, "group-b")];
    if (routesByHeader(single, HEADER).length > 0 || names.includes(undefined)) return undefined;
    const roles = { present: "version-a", next: "version-b" };
    const versions = versionsOf(place.resource, single.destination, roles, world);
    if (versions === undefined) return undefined;
    const { present, next } = versions;
    const ahead = insertItemsBefore(place.resource.document, single.routes, single.route.index, [
      headerRoute(single, { name: HEADER, value: "A" }, present, names[0]),
      headerRoute(single, { name: HEADER, value: "B" }, next, names[1]),
    ]);
    const edits = ahead && combined([ahead, ...versions.edits]);
    if (edits === undefined) return undefined;
    return {
      title: t("Add A/B header routes"),
      rewrite: () =>
        wholeRewrite(
          t(
            "Send user group A to subset {present} of {host} and group B to {next}, everybody else as before",
            {
              host: single.host,
              present,
              next,
            },
          ),
          edits,
          versions.question,
        ),
    };
  },
};
