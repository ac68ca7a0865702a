import type { TestCluster } from "../cluster/cluster.ts";
import type { Window } from "./e2e-page.ts";

/** The namespace of the story, and one more for what is moved in another context. */
export const NAMESPACE = "shop";
export const OTHER_NAMESPACE = "shop-b";

/** What a scene is played with. */
export interface Scene {
  readonly window: Window;
  readonly cluster: TestCluster;
  readonly workspace: string;
}

/** Scenes by what they show; each starts where the one before it ended. */
export type Story = Readonly<Record<string, (scene: Scene) => Promise<void>>>;

/** Keys that are pressed while the page with the focus goes would be lost with it. */
export async function closePanel(window: Window): Promise<void> {
  await button(window, "Close").click();
  await window.locator("iframe.webview").waitFor({ state: "detached" });
}

/** Waits until the panel says where the shift is. */
export async function status({ webview }: Window, text: string): Promise<void> {
  await webview.locator("#status", { hasText: text }).waitFor({ timeout: 60_000 });
}

export function button({ webview }: Window, name: string) {
  return webview.getByRole("toolbar").getByRole("button", { name, exact: true });
}

/** The weights of the route of VirtualService `app` that takes what no header route takes. */
export async function weights(cluster: TestCluster, namespace = NAMESPACE): Promise<number[]> {
  const { spec } = await cluster.api.get(
    `/apis/networking.istio.io/v1/namespaces/${namespace}/virtualservices/app`,
  );
  const { http } = spec as { http: { route: { weight?: number }[] }[] };
  return http.at(-1)?.route.map(({ weight }) => weight ?? 0) ?? [];
}
