import {
  type Connection,
  DidChangeWatchedFilesNotification,
  FileChangeType,
  type FileEvent,
  WatchKind,
} from "vscode-languageserver/node";
import { isConfigFile } from "../config/name.ts";
import type { ClientFeatures } from "../features/client.ts";
import { isManifestName, isSkippedFolder, MANIFEST_GLOB } from "../files/manifest-names.ts";
import { baseName, relativeTo } from "../workspace/uri.ts";
import type { Folders } from "./folders.ts";
import type { Indexer } from "./indexer.ts";
import type { OpenDocuments } from "./open-documents.ts";
import type { Project } from "./project.ts";
import { canonicalUri, folderUri } from "./uris.ts";

/** The parts of the server that decide which texts count. */
export interface WorkspaceSyncOptions {
  readonly connection: Connection;
  readonly client: ClientFeatures;
  readonly project: Project;
  readonly folders: Folders;
  readonly open: OpenDocuments;
  readonly indexer: Indexer;
  /** Whether files outside the folders may be read. */
  isTrusted(): boolean;
  /** Called when texts came in or went. */
  changed(): void;
  /** Called when files changed outside of the editor, or may have. */
  savedChanged(): void;
  /** Called when the folders became others, before their files are read. */
  foldersChanged(): Promise<void>;
}

const GITIGNORE = ".gitignore";
/** What charts are made of besides manifests. */
const CHART_PARTS = "**/*.{tpl,tgz}";

/** Keeps the project's texts as the client's documents and the file system have them. */
export class WorkspaceSync {
  readonly #options: WorkspaceSyncOptions;
  /** Whether an open document is left out, by canonical URI. */
  readonly #excluded = new Map<string, boolean>();
  /** Projects around folders that are watched. */
  readonly #watched = new Set<string>();

  constructor(options: WorkspaceSyncOptions) {
    this.#options = options;
    const { connection } = options;
    connection.onDidChangeWatchedFiles(({ changes }) => this.#filesChanged(changes));
    connection.workspace.onDidRenameFiles(({ files }) => {
      this.#options.indexer.remove(files.map(({ oldUri }) => canonicalUri(oldUri)));
      return this.#reread(files.map(({ newUri }) => newUri));
    });
    connection.workspace.onDidCreateFiles(({ files }) => this.#reread(files.map(({ uri }) => uri)));
    connection.workspace.onDidDeleteFiles(({ files }) => {
      this.#options.indexer.remove(files.map(({ uri }) => canonicalUri(uri)));
      this.#options.changed();
      this.#options.savedChanged();
    });
  }

  /** Asks the client to say when files and folders change. */
  async register(): Promise<void> {
    const { connection, client, folders, indexer } = this.#options;
    if (client.workspaceFolders) {
      connection.workspace.onDidChangeWorkspaceFolders(async ({ added, removed }) => {
        for (const { uri } of removed) folders.delete(folderUri(uri));
        indexer.remove(
          removed.map(({ uri }) => folderUri(uri)).filter((uri) => folders.folderOf(uri) === undefined),
        );
        for (const { uri } of added) folders.add(folderUri(uri));
        await this.#options.foldersChanged();
        await this.index(added.map(({ uri }) => folderUri(uri)));
        await this.indexAround();
      });
    }
    if (!client.watchesFiles) return;
    await connection.client.register(DidChangeWatchedFilesNotification.type, {
      watchers: [
        { globPattern: MANIFEST_GLOB, kind: WatchKind.Create | WatchKind.Change },
        { globPattern: `**/${GITIGNORE}`, kind: WatchKind.Create | WatchKind.Change },
        { globPattern: CHART_PARTS, kind: WatchKind.Create | WatchKind.Change },
        // A folder that goes takes its files along without a word about them.
        { globPattern: "**/*", kind: WatchKind.Delete },
      ],
    });
  }

  /** Takes in folders, or what changed in them since. */
  async index(folders: readonly string[]): Promise<void> {
    for (const folder of folders) await this.#options.indexer.index(folder);
    this.#excluded.clear();
    for (const uri of this.#options.open.uris()) this.documentChanged(uri);
    this.#options.changed();
    this.#options.savedChanged();
  }

  /**
   * Takes in the files around folders that are only a part of a project: what refers to them is no mistake. Returns
   * whether all that the folders' files may refer to is in; in a workspace that is not trusted nothing outside it is read.
   */
  async indexAround(): Promise<boolean> {
    const { folders, indexer, isTrusted } = this.#options;
    const roots = folders.enclosing();
    const read = isTrusted() ? roots : [];
    folders.readAround(read);
    indexer.keepOnly(read);
    let isComplete = read.length === roots.length;
    for (const root of read) {
      isComplete = (await indexer.indexAround(root)) && isComplete;
      await this.#watch(root);
    }
    if (read.length > 0) this.#options.changed();
    return isComplete;
  }

  /** What lies outside of the workspace's folders is watched by its own patterns. */
  async #watch(root: string): Promise<void> {
    const { connection, client } = this.#options;
    if (!client.watchesOutside || this.#watched.has(root)) return;
    this.#watched.add(root);
    const kinds = { changed: WatchKind.Create | WatchKind.Change, gone: WatchKind.Delete };
    await connection.client.register(DidChangeWatchedFilesNotification.type, {
      watchers: [
        { globPattern: { baseUri: root, pattern: MANIFEST_GLOB }, kind: kinds.changed },
        { globPattern: { baseUri: root, pattern: `**/${GITIGNORE}` }, kind: kinds.changed },
        { globPattern: { baseUri: root, pattern: "**/*" }, kind: kinds.gone },
      ],
    });
  }

  /** Takes in a document that was opened or edited. */
  documentChanged(uri: string): void {
    const { open, project } = this.#options;
    const document = open.get(uri);
    if (document === undefined) return;
    if (this.#isExcluded(uri)) project.delete(uri);
    else project.set(uri, document.getText());
    this.#options.changed();
  }

  /** Lets the file system's text of a document count again. */
  async documentClosed(uri: string): Promise<void> {
    const { folders, indexer, project } = this.#options;
    const excluded = this.#isExcluded(uri);
    this.#excluded.delete(uri);
    // What stands alone was only there because it was open.
    if (excluded || folders.rootOf(uri) === undefined) project.delete(uri);
    else await indexer.reload(uri);
    this.#options.changed();
  }

  async #filesChanged(changes: readonly FileEvent[]): Promise<void> {
    const { folders, indexer } = this.#options;
    const uris = (deleted: boolean) =>
      changes
        .filter(({ type }) => (type === FileChangeType.Deleted) === deleted)
        .map(({ uri }) => canonicalUri(uri));
    const gone = uris(true);
    indexer.remove(gone);
    for (const uri of uris(false)) if (this.isWanted(uri)) await indexer.reload(uri);
    this.#options.changed();
    this.#options.savedChanged();
    // They say which files count: what they let in or keep out is found by looking again.
    const deciding = changes.map(({ uri }) => canonicalUri(uri)).filter(decidesAboutOthers);
    const again = new Set(deciding.flatMap((uri) => folders.folderOf(uri) ?? []));
    if (again.size > 0) await this.index([...again]);
    if (deciding.some((uri) => folders.isReference(uri))) await this.indexAround();
  }

  #reread(uris: readonly string[]): Promise<void> {
    const folders = uris.flatMap((uri) => this.#options.folders.folderOf(canonicalUri(uri)) ?? []);
    return this.index([...new Set(folders)]);
  }

  /** Whether a file belongs to the workspace and is read. */
  isWanted(uri: string): boolean {
    const { folders, project } = this.#options;
    const folder = folders.rootOf(uri);
    const path = folder === undefined ? undefined : relativeTo(folder, uri);
    if (path === undefined || !isManifestName(baseName(uri))) return false;
    if (path.split("/").some(isSkippedFolder)) return false;
    return !project.isIgnored(uri) && !folders.isExcluded(uri);
  }

  #isExcluded(uri: string): boolean {
    const known = this.#excluded.get(uri);
    if (known !== undefined) return known;
    const excluded = this.#options.folders.isExcluded(uri);
    this.#excluded.set(uri, excluded);
    return excluded;
  }
}

function decidesAboutOthers(uri: string): boolean {
  return isConfigFile(uri) || baseName(uri) === GITIGNORE;
}
