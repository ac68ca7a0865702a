import type { Connection, Location, ServerCapabilities } from "vscode-languageserver/node";
import { definitionsOf, mentionsAt, type Pointed, patchNames, shownPart, usesOf } from "../symbols/find.ts";
import type { Mention } from "../symbols/mention.ts";
import type { World } from "../symbols/world.ts";
import { namePlace, toLocation } from "./names.ts";
import type { Session } from "./session.ts";

export const referencesCapabilities: ServerCapabilities = { referencesProvider: true };

/** Finds every use of a name in the workspace. */
export function registerReferences(connection: Connection, session: Session): void {
  connection.onReferences(async (params): Promise<Location[] | null> => {
    const place = await namePlace(session, params);
    if (place === undefined) return null;
    const { includeDeclaration } = params.context;
    const found = mentionsAt(place.document, place.offset).flatMap((pointed) =>
      referencesTo(place.world, pointed, includeDeclaration).map((mention) =>
        toLocation(session, mention.resource.document, shownPart({ mention, isKey: pointed.isKey }).range),
      ),
    );
    return [...new Map(found.map((location) => [JSON.stringify(location), location])).values()];
  });
}

function referencesTo(world: World, { mention }: Pointed, includeDeclaration: boolean): readonly Mention[] {
  const definitions = definitionsOf(world, mention);
  const uses = definitions.flatMap((definition) => [
    ...patchNames(world, definition),
    ...usesOf(world, definition),
  ]);
  return includeDeclaration ? [...definitions, ...uses] : uses;
}
