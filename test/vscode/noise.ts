// Native modules that are not compiled here (see server-package.ts) and services that tests do without.
// VS Code reports each of them at every start and goes on without it.
const HARMLESS = [
  /Could not locate the bindings file/,
  /Cannot find module '\.\/build\/Release\//,
  /\[Service Worker\] registration/,
  /getaddrinfo (ENOTFOUND|EAI_AGAIN)/,
  // The user's settings lie on a disk that the browser reaches under two addresses.
  /User\/settings\.json( already exists!)?'/,
  /Timed out waiting for authentication provider/,
  /^Ignoring fetching additional builtin extensions/,
  /^(Creating a socket|Resolv(ing|ed) connection token|\[reconnection-grace-time\])/,
];

/** Whether a console message of VS Code tells a reader of test output nothing. */
export function isNoise(message: string): boolean {
  return HARMLESS.some((pattern) => pattern.test(message));
}

/** A VS Code server's log without the stack traces of native modules that are missing on purpose. */
export function withoutNoise(log: string): string {
  return log.replace(/Error: Could not locate the bindings file\.[\s\S]*?\n {2}\]\n\}\n/g, "");
}
