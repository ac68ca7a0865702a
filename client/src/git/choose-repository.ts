import { l10n, type QuickPickItem, type Uri, window } from "vscode";
import { type GitApi, gitApi, type Repository, whyNoRepository } from "./git-api.ts";

interface RepositoryItem extends QuickPickItem {
  readonly repository: Repository;
}

/** The repositories that are open; when there are none, the user is told why. */
export async function openRepositories(): Promise<readonly Repository[]> {
  const api: GitApi | undefined = await gitApi();
  const repositories = api?.repositories ?? [];
  if (repositories.length === 0) void window.showInformationMessage(whyNoRepository());
  return repositories;
}

/** The one that a source-control title names, else the only one, else one that the user chooses. */
export async function chooseRepository(argument: unknown): Promise<Repository | undefined> {
  const repositories = await openRepositories();
  const named = rootOf(argument)?.toString();
  const known = repositories.find(({ rootUri }) => rootUri.toString() === named);
  if (known !== undefined || repositories.length < 2) return known ?? repositories[0];
  const items = repositories.map(
    (repository): RepositoryItem => ({
      repository,
      label: repository.rootUri.path.split("/").at(-1) ?? "",
      description: repository.rootUri.fsPath,
    }),
  );
  const placeHolder = l10n.t("Choose the repository");
  return (await window.showQuickPick(items, { placeHolder }))?.repository;
}

/** The folder of a `SourceControl`, which VS Code passes to commands in its title. */
export function rootOf(argument: unknown): Uri | undefined {
  return (argument as { rootUri?: Uri } | undefined)?.rootUri; // from VS Code's menu; nothing else has it
}
