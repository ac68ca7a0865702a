import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import manifest from "../../package.json" with { type: "json" };
import { startServer } from "./server.ts";

const USAGE = "Usage: nines-language-server --stdio | --node-ipc | --socket=PORT | --pipe=NAME";
const TRANSPORTS = ["--stdio", "--node-ipc", "--socket", "--pipe"];

if (process.argv.some((argument) => TRANSPORTS.some((transport) => argument.split("=")[0] === transport))) {
  // One request that fails must not end the others' server.
  process.on("unhandledRejection", (reason) => console.error(reason));
  startServer(createConnection(ProposedFeatures.all));
} else if (process.argv.includes("--version")) {
  console.log(manifest.version);
} else if (process.argv.includes("--help")) {
  console.log(USAGE);
} else {
  console.error(USAGE);
  process.exitCode = 2;
}
