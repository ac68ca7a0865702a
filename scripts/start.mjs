/**
 * `npm start`: opens VS Code on examples/ with the extension under development, on a machine that has
 * nothing but Node.js 20. Installs and builds first. `npm start -- --no-open` only prints the address of VS
 * Code in a browser, `--with-cluster` starts a Kubernetes control plane to connect to. NINES_PORT chooses its
 * port, NINES_VSCODE=desktop|browser the kind of VS Code.
 */
import { node, run, setUp } from "./lib/set-up.mjs";

// Installing has built it already.
if (!(await setUp())) await run(node, ["scripts/build.mjs"]);
await run(node, ["scripts/lib/vscode-open.ts", ...process.argv.slice(2)]);
