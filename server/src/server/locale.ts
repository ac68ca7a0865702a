import type { Catalogue } from "../model/message.ts";

/** The catalogue for a client's locale (`zh-cn`, `zh-Hans-CN`…); undefined for English, in which messages are written. */
export async function catalogueFor(locale: string | undefined): Promise<Catalogue | undefined> {
  if (!isSimplifiedChinese(locale)) return undefined;
  const { default: catalogue } = await import("../../l10n/bundle.l10n.zh-cn.json", {
    with: { type: "json" },
  });
  return catalogue;
}

/** Whether a client's locale is one of those that write Simplified Chinese. */
export function isSimplifiedChinese(locale: string | undefined): boolean {
  return locale !== undefined && /^zh(?:$|[-_](?:cn|sg|hans))/i.test(locale);
}
