import { type Catalogue, type Message, render } from "../../model/message.ts";

/** Turns a message into a sentence in the user's language. */
export type Say = (message: Message) => string;

/** Says everything in English, as programs expect it. */
export const inEnglish: Say = (message) => render(message);

/** The language of the environment: Simplified Chinese where it asks for it, else English. */
export async function languageOf(env: NodeJS.ProcessEnv): Promise<Say> {
  if (!wantsChinese(env)) return inEnglish;
  const { default: catalogue } = await import("../../../l10n/bundle.l10n.zh-cn.json", {
    with: { type: "json" },
  });
  return (message) => render(message, catalogue satisfies Catalogue);
}

/** POSIX: the first of the three that is set decides. `zh_TW` and `zh_HK` read traditional characters. */
function wantsChinese(env: NodeJS.ProcessEnv): boolean {
  const locale = [env.LC_ALL, env.LC_MESSAGES, env.LANG].find((value) => value !== undefined && value !== "");
  return locale !== undefined && /^zh(?:$|[._-](?:CN|SG|Hans|utf))/i.test(locale);
}
