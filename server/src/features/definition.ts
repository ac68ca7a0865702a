import type { Connection, Location, LocationLink, ServerCapabilities } from "vscode-languageserver/node";
import { definitionsOf, mentionsAt, type Pointed, shownPart } from "../symbols/find.ts";
import type { Definition } from "../symbols/mention.ts";
import { namePlace, toLocation } from "./names.ts";
import { toLspRange } from "./ranges.ts";
import type { Session } from "./session.ts";

export const definitionCapabilities: ServerCapabilities = { definitionProvider: true };

/** Leads from a name to where it is given. */
export function registerDefinition(connection: Connection, session: Session): void {
  connection.onDefinition(async (params): Promise<LocationLink[] | Location[] | null> => {
    const place = await namePlace(session, params);
    if (place === undefined) return null;
    const found = mentionsAt(place.document, place.offset).flatMap((pointed) =>
      definitionsOf(place.world, pointed.mention).map((definition) => ({ pointed, definition })),
    );
    if (found.length === 0) return null;
    return session.client.definitionLinks
      ? found.map(({ pointed, definition }) => linkTo(session, pointed, definition))
      : found.map(({ pointed, definition }) =>
          toLocation(session, definition.resource.document, nameRange(pointed, definition)),
        );
  });
}

function linkTo(session: Session, pointed: Pointed, definition: Definition): LocationLink {
  const { document } = definition.resource;
  return {
    originSelectionRange: toLspRange(pointed.mention.resource.document, shownPart(pointed).range),
    targetUri: session.clientUri(document.uri),
    targetRange: toLspRange(document, covering(definition)),
    targetSelectionRange: toLspRange(document, nameRange(pointed, definition)),
  };
}

/** Where the name stands in the definition: of a label the part that was pointed at. */
function nameRange({ isKey }: Pointed, definition: Definition): Definition["range"] {
  return shownPart({ mention: definition, isKey }).range;
}

/** What is named, which holds its name. Anchors may have put the name somewhere else. */
function covering({ whole, range, key }: Definition): Definition["range"] {
  const ranges = key === undefined ? [range] : [range, key.range];
  return ranges.every(({ start, end }) => whole.start <= start && end <= whole.end) ? whole : range;
}
