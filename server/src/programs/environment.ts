import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An address at which nobody answers: whoever tries to reach the network through it fails at once. */
const NOWHERE = "http://127.0.0.1:9";

/** An empty folder to run programs in, with an environment that knows of nothing outside it. */
export class Cell {
  readonly folder = mkdtempSync(join(tmpdir(), "nines-render-"));
  readonly #remove = () => rmSync(this.folder, { recursive: true, force: true });

  constructor() {
    process.on("exit", this.#remove);
  }

  /**
   * No PATH, so that nothing else is run (`git` for a remote base); no home, so that no plugins, repositories or
   * credentials are found; no cluster; and no way to the network for programs that honour the proxy variables.
   */
  get env(): Readonly<Record<string, string>> {
    const { folder } = this;
    const own: Record<string, string> = {
      PATH: join(folder, "bin"),
      HOME: folder,
      USERPROFILE: folder,
      TMPDIR: folder,
      TEMP: folder,
      TMP: folder,
      XDG_CONFIG_HOME: folder,
      XDG_CACHE_HOME: folder,
      XDG_DATA_HOME: folder,
      HELM_CACHE_HOME: folder,
      HELM_CONFIG_HOME: folder,
      HELM_DATA_HOME: folder,
      HELM_PLUGINS: join(folder, "plugins"),
      HELM_NO_PLUGINS: "1",
      KUBECONFIG: join(folder, "no-cluster"),
      HTTP_PROXY: NOWHERE,
      HTTPS_PROXY: NOWHERE,
      http_proxy: NOWHERE,
      https_proxy: NOWHERE,
      NO_PROXY: "",
      LC_ALL: "C",
    };
    // Windows programs do not start without it.
    const { SystemRoot } = process.env;
    return SystemRoot === undefined ? own : { ...own, SystemRoot };
  }

  remove(): void {
    process.off("exit", this.#remove);
    this.#remove();
  }
}
